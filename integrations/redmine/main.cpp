#include "src/integration.hpp"

int main(int argc, char** argv) {
  return ocean::Main(argc, argv, "redmine", redmine::SetUp);
}
