#include "lossy_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <vector>

namespace ocean::crash {

namespace {

/// A file as the process sees it, and what of it the disk does not have yet.
struct Image {
  struct Change {
    sqlite3_int64 offset = 0;
    std::string bytes;
    /// Cuts the file at `offset` instead.
    bool is_cut = false;
  };
  std::mutex mutex;
  std::string content;
  std::vector<Change> unsynced;
};

/// Images live as long as the process, like a page cache.
struct Disk {
  sqlite3_vfs* real = nullptr;
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Image>> images;
};

struct LossyFile {
  sqlite3_file base;
  Disk* disk;
  std::shared_ptr<Image>* image;
  /// Behind this structure, in the memory that SQLite gave.
  sqlite3_file* real;
};

LossyFile& Of(sqlite3_file* file) {
  return *reinterpret_cast<LossyFile*>(file);
}

Image& ImageOf(sqlite3_file* file) {
  return **Of(file).image;
}

int Close(sqlite3_file* file) {
  LossyFile& lossy = Of(file);
  delete lossy.image;
  return lossy.real->pMethods != nullptr ? lossy.real->pMethods->xClose(lossy.real) : SQLITE_OK;
}

int Read(sqlite3_file* file, void* target, int count, sqlite3_int64 offset) {
  Image& image = ImageOf(file);
  const std::lock_guard lock(image.mutex);
  std::memset(target, 0, static_cast<std::size_t>(count));
  const auto size = static_cast<sqlite3_int64>(image.content.size());
  const sqlite3_int64 there = std::clamp<sqlite3_int64>(size - offset, 0, count);
  if (there > 0) {
    std::memcpy(target, image.content.data() + offset, static_cast<std::size_t>(there));
  }
  return there == count ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int Write(sqlite3_file* file, const void* source, int count, sqlite3_int64 offset) {
  Image& image = ImageOf(file);
  const std::lock_guard lock(image.mutex);
  const std::string bytes(static_cast<const char*>(source), static_cast<std::size_t>(count));
  const auto end = static_cast<std::size_t>(offset) + bytes.size();
  if (image.content.size() < end) image.content.resize(end);
  image.content.replace(static_cast<std::size_t>(offset), bytes.size(), bytes);
  image.unsynced.push_back({offset, bytes, false});
  return SQLITE_OK;
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  Image& image = ImageOf(file);
  const std::lock_guard lock(image.mutex);
  image.content.resize(static_cast<std::size_t>(size));
  image.unsynced.push_back({size, {}, true});
  return SQLITE_OK;
}

int Sync(sqlite3_file* file, int) {
  Image& image = ImageOf(file);
  sqlite3_file* real = Of(file).real;
  const std::lock_guard lock(image.mutex);
  for (const Image::Change& change : image.unsynced) {
    const int code = change.is_cut ? real->pMethods->xTruncate(real, change.offset)
                                   : real->pMethods->xWrite(real, change.bytes.data(),
                                                            static_cast<int>(change.bytes.size()),
                                                            change.offset);
    if (code != SQLITE_OK) return code;
  }
  image.unsynced.clear();
  return SQLITE_OK;
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  Image& image = ImageOf(file);
  const std::lock_guard lock(image.mutex);
  *size = static_cast<sqlite3_int64>(image.content.size());
  return SQLITE_OK;
}

// Locks and shared memory are the real file's.
int Lock(sqlite3_file* file, int level) {
  return Of(file).real->pMethods->xLock(Of(file).real, level);
}
int Unlock(sqlite3_file* file, int level) {
  return Of(file).real->pMethods->xUnlock(Of(file).real, level);
}
int CheckReservedLock(sqlite3_file* file, int* result) {
  return Of(file).real->pMethods->xCheckReservedLock(Of(file).real, result);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return Of(file).real->pMethods->xFileControl(Of(file).real, operation, argument);
}
int SectorSize(sqlite3_file* file) {
  return Of(file).real->pMethods->xSectorSize(Of(file).real);
}
int DeviceCharacteristics(sqlite3_file*) {
  return 0;
}
int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
  return Of(file).real->pMethods->xShmMap(Of(file).real, page, size, extend, memory);
}
int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  return Of(file).real->pMethods->xShmLock(Of(file).real, offset, count, flags);
}
void ShmBarrier(sqlite3_file* file) {
  Of(file).real->pMethods->xShmBarrier(Of(file).real);
}
int ShmUnmap(sqlite3_file* file, int remove) {
  return Of(file).real->pMethods->xShmUnmap(Of(file).real, remove);
}

constexpr sqlite3_io_methods kMethods = {2,
                                         Close,
                                         Read,
                                         Write,
                                         Truncate,
                                         Sync,
                                         FileSize,
                                         Lock,
                                         Unlock,
                                         CheckReservedLock,
                                         FileControl,
                                         SectorSize,
                                         DeviceCharacteristics,
                                         ShmMap,
                                         ShmLock,
                                         ShmBarrier,
                                         ShmUnmap,
                                         nullptr,
                                         nullptr};

std::shared_ptr<Image> Load(sqlite3_file* real) {
  auto image = std::make_shared<Image>();
  sqlite3_int64 size = 0;
  real->pMethods->xFileSize(real, &size);
  image->content.resize(static_cast<std::size_t>(size));
  if (size > 0) real->pMethods->xRead(real, image->content.data(), static_cast<int>(size), 0);
  return image;
}

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  Disk& disk = *static_cast<Disk*>(vfs->pAppData);
  auto* lossy = new (file) LossyFile{};
  lossy->disk = &disk;
  lossy->real = reinterpret_cast<sqlite3_file*>(lossy + 1);
  const int code = disk.real->xOpen(disk.real, name, lossy->real, flags, out_flags);
  if (code != SQLITE_OK) return code;
  const std::lock_guard lock(disk.mutex);
  std::shared_ptr<Image> temporary;
  std::shared_ptr<Image>& image = name != nullptr ? disk.images[name] : temporary;
  if (!image) image = Load(lossy->real);
  lossy->image = new std::shared_ptr<Image>(image);
  lossy->base.pMethods = &kMethods;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  Disk& disk = *static_cast<Disk*>(vfs->pAppData);
  const std::lock_guard lock(disk.mutex);
  disk.images.erase(name);
  return disk.real->xDelete(disk.real, name, sync_folder);
}

}  // namespace

void UseLossyFiles() {
  // For the rest of the process, as SQLite keeps them.
  auto* disk = new Disk;
  disk->real = sqlite3_vfs_find(nullptr);
  auto* vfs = new sqlite3_vfs(*disk->real);
  vfs->zName = "lossy";
  vfs->pNext = nullptr;
  vfs->pAppData = disk;
  vfs->szOsFile = static_cast<int>(sizeof(LossyFile)) + disk->real->szOsFile;
  vfs->xOpen = Open;
  vfs->xDelete = Delete;
  sqlite3_vfs_register(vfs, 1);
}

}  // namespace ocean::crash
