#include "ocean/state/key_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <numeric>
#include <string>
#include <system_error>
#include <utility>

#include "ocean/base/error.hpp"

namespace ocean::state {

namespace {

/// Keys in a bucket, about.
constexpr std::size_t kBucketKeys = 16;

off_t PlaceOf(std::size_t number) {
  return static_cast<off_t>(number * sizeof(Hash128));
}

std::uint16_t PrintOf(const Hash128& key) {
  return static_cast<std::uint16_t>(key.low);
}

/// What was added at a time, sorted. Hashes are spread evenly, so that the upper bits of one say where it is.
struct Batch {
  Batch(std::size_t number, const std::vector<Hash128>& sorted);

  std::size_t BucketOf(const Hash128& key) const { return key.high >> unused_bits; }

  std::size_t first;
  int unused_bits;
  /// Where each bucket begins, and where the last ends.
  std::vector<std::uint32_t> begins;
  /// Of each key the end, so that hardly any is read in vain.
  std::vector<std::uint16_t> prints;
};

Batch::Batch(std::size_t number, const std::vector<Hash128>& sorted) : first(number) {
  const int bits = std::max(1, static_cast<int>(std::bit_width(sorted.size() / kBucketKeys)));
  unused_bits = 64 - bits;
  begins.assign((std::size_t{1} << bits) + 1, 0);
  prints.reserve(sorted.size());
  for (const Hash128& key : sorted) {
    ++begins[BucketOf(key) + 1];
    prints.push_back(PrintOf(key));
  }
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
}

}  // namespace

struct KeyFile::Impl {
  [[noreturn]] void Fail(const std::string& what, ErrorKind kind = ErrorKind::kTransient) const {
    throw Error(kind, what + " a file of keys in " + folder.string() + ": " +
                          std::system_category().message(errno));
  }
  void Write(const std::vector<Hash128>& keys, std::size_t first) const;
  Hash128 Read(std::size_t number) const;
  std::optional<std::size_t> Find(const Batch& batch, const Hash128& key) const;

  std::filesystem::path folder;
  int file = -1;
  std::size_t size = 0;
  std::vector<Batch> batches;
};

KeyFile::KeyFile(const std::filesystem::path& folder) : impl_(std::make_unique<Impl>()) {
  impl_->folder = folder;
  std::string name = folder / "keys-XXXXXX";
  impl_->file = mkostemp(name.data(), O_CLOEXEC);
  if (impl_->file < 0) impl_->Fail("cannot make", ErrorKind::kConfig);
  unlink(name.c_str());
}

KeyFile::~KeyFile() {
  close(impl_->file);
}

std::size_t KeyFile::size() const {
  return impl_->size;
}

void KeyFile::Impl::Write(const std::vector<Hash128>& keys, std::size_t first) const {
  const auto* bytes = reinterpret_cast<const char*>(keys.data());
  const std::size_t count = keys.size() * sizeof(Hash128);
  for (std::size_t done = 0; done < count;) {
    const ssize_t written =
        pwrite(file, bytes + done, count - done, PlaceOf(first) + static_cast<off_t>(done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) Fail("cannot write");
    done += static_cast<std::size_t>(written);
  }
}

Hash128 KeyFile::Impl::Read(std::size_t number) const {
  Hash128 key;
  ssize_t read = -1;
  do {
    read = pread(file, &key, sizeof(key), PlaceOf(number));
  } while (read < 0 && errno == EINTR);
  if (read != static_cast<ssize_t>(sizeof(key))) Fail("cannot read");
  return key;
}

void KeyFile::Add(const std::vector<Hash128>& sorted) {
  impl_->Write(sorted, impl_->size);
  impl_->batches.emplace_back(impl_->size, sorted);
  impl_->size += sorted.size();
}

std::optional<std::size_t> KeyFile::Impl::Find(const Batch& batch, const Hash128& key) const {
  const std::size_t bucket = batch.BucketOf(key);
  for (std::size_t i = batch.begins[bucket]; i < batch.begins[bucket + 1]; ++i) {
    if (batch.prints[i] == PrintOf(key) && Read(batch.first + i) == key) return batch.first + i;
  }
  return std::nullopt;
}

std::optional<std::size_t> KeyFile::Find(const Hash128& key) const {
  for (const Batch& batch : impl_->batches) {
    if (const auto number = impl_->Find(batch, key)) return number;
  }
  return std::nullopt;
}

}  // namespace ocean::state
