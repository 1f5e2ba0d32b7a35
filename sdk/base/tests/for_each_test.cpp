#include "ocean/catch.hpp"
