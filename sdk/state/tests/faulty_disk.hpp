#pragma once
/// @file A disk that is full, or does not sync, when a test says so.

#include <sqlite3.h>

#include <atomic>
#include <new>

namespace ocean::state::test {

/// While it lives it is the default of all SQLite files that are opened.
///
/// Threads   the faults may be switched at any time
class FaultyDisk {
 public:
  std::atomic<bool> full = false;
  std::atomic<bool> syncs_fail = false;

  FaultyDisk() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
    vfs_.zName = "faulty";
    vfs_.pNext = nullptr;
    vfs_.pAppData = this;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.xOpen = Open;
    sqlite3_vfs_register(&vfs_, 1);
  }
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;
  ~FaultyDisk() { sqlite3_vfs_unregister(&vfs_); }

 private:
  /// In front of the real file; its methods are the real ones, but for two.
  struct File {
    sqlite3_file base;
    FaultyDisk* disk;
    sqlite3_file* real;
  };

  static File& Of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }

  template <auto kMethod, class... Args>
  static int Pass(sqlite3_file* file, Args... args) {
    sqlite3_file* real = Of(file).real;
    return (real->pMethods->*kMethod)(real, args...);
  }
  static int Write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    if (Of(file).disk->full) return SQLITE_FULL;
    return Pass<&sqlite3_io_methods::xWrite>(file, data, size, offset);
  }
  static int Sync(sqlite3_file* file, int flags) {
    if (Of(file).disk->syncs_fail) return SQLITE_IOERR_FSYNC;
    return Pass<&sqlite3_io_methods::xSync>(file, flags);
  }
  static void Barrier(sqlite3_file* file) { Of(file).real->pMethods->xShmBarrier(Of(file).real); }

  static int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    static const sqlite3_io_methods kMethods = {
        2,
        Pass<&sqlite3_io_methods::xClose>,
        Pass<&sqlite3_io_methods::xRead, void*, int, sqlite3_int64>,
        Write,
        Pass<&sqlite3_io_methods::xTruncate, sqlite3_int64>,
        Sync,
        Pass<&sqlite3_io_methods::xFileSize, sqlite3_int64*>,
        Pass<&sqlite3_io_methods::xLock, int>,
        Pass<&sqlite3_io_methods::xUnlock, int>,
        Pass<&sqlite3_io_methods::xCheckReservedLock, int*>,
        Pass<&sqlite3_io_methods::xFileControl, int, void*>,
        Pass<&sqlite3_io_methods::xSectorSize>,
        Pass<&sqlite3_io_methods::xDeviceCharacteristics>,
        Pass<&sqlite3_io_methods::xShmMap, int, int, int, void volatile**>,
        Pass<&sqlite3_io_methods::xShmLock, int, int, int>,
        Barrier,
        Pass<&sqlite3_io_methods::xShmUnmap, int>,
        nullptr,
        nullptr};
    auto* disk = static_cast<FaultyDisk*>(vfs->pAppData);
    auto* faulty = new (file) File{};
    faulty->disk = disk;
    faulty->real = reinterpret_cast<sqlite3_file*>(faulty + 1);
    const int code = disk->real_->xOpen(disk->real_, name, faulty->real, flags, out);
    if (code == SQLITE_OK) faulty->base.pMethods = &kMethods;
    return code;
  }

  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
};

}  // namespace ocean::state::test
