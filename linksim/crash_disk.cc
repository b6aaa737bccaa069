#include "linksim/crash_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <cassert>
#include <cstring>

namespace depinsat::linksim {

struct CrashDisk::Vfs {
    sqlite3_vfs vfs{};
};

/// What SQLite calls.
struct CrashFiles {
    struct Handle {
        sqlite3_file base;
        CrashDisk* disk;
        CrashDisk::File* file;
    };
    static Handle& handle(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }
    static CrashDisk& disk(sqlite3_vfs* vfs) { return *static_cast<CrashDisk*>(vfs->pAppData); }

    static int close(sqlite3_file*) { return SQLITE_OK; }

    static int read(sqlite3_file* file, void* out, int bytes, sqlite3_int64 offset)
    {
        const auto& content = handle(file).file->content;
        const size_t begin = std::min(size_t(offset), content.size());
        const size_t there = std::min(size_t(bytes), content.size() - begin);
        std::memset(out, 0, size_t(bytes));
        std::copy_n(content.begin() + ptrdiff_t(begin), there, static_cast<uint8_t*>(out));
        return there == size_t(bytes) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
    }

    static int change(sqlite3_file* file, CrashDisk::Change change)
    {
        if (handle(file).disk->fails())
            return SQLITE_IOERR_WRITE;
        CrashDisk::apply(change, handle(file).file->content);
        handle(file).file->changes.push_back(std::move(change));
        return SQLITE_OK;
    }
    static int write(sqlite3_file* file, const void* in, int bytes, sqlite3_int64 offset)
    {
        const auto* begin = static_cast<const uint8_t*>(in);
        return change(file, {size_t(offset), {begin, begin + bytes}});
    }
    static int truncate(sqlite3_file* file, sqlite3_int64 size)
    {
        return change(file, {size_t(size), {}, true});
    }

    static int sync(sqlite3_file* file, int)
    {
        if (handle(file).disk->fails())
            return SQLITE_IOERR_FSYNC;
        CrashDisk::File& f = *handle(file).file;
        for (const auto& change : f.changes)
            CrashDisk::apply(change, f.synced);
        f.changes.clear();
        f.kept = true; // SQLite syncs the folder of a new file
        return SQLITE_OK;
    }
    static int size(sqlite3_file* file, sqlite3_int64* size)
    {
        *size = sqlite3_int64(handle(file).file->content.size());
        return SQLITE_OK;
    }

    static int lock(sqlite3_file*, int) { return SQLITE_OK; }
    static int reserved(sqlite3_file*, int* held)
    {
        *held = 0;
        return SQLITE_OK;
    }
    static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
    static int sector_size(sqlite3_file*) { return 512; }
    static int characteristics(sqlite3_file*) { return 0; }

    static int map_memory(sqlite3_file* file, int region, int bytes, int, volatile void** out)
    {
        auto& regions = handle(file).disk->shared_memory_;
        while (regions.size() <= size_t(region))
            regions.emplace_back(size_t(bytes));
        *out = regions[size_t(region)].data();
        return SQLITE_OK;
    }
    static int lock_memory(sqlite3_file*, int, int, int) { return SQLITE_OK; }
    static void barrier(sqlite3_file*) {}
    static int unmap(sqlite3_file* file, int)
    {
        handle(file).disk->shared_memory_.clear();
        return SQLITE_OK;
    }

    static constexpr sqlite3_io_methods kMethods{.iVersion = 2,
                                                 .xClose = close,
                                                 .xRead = read,
                                                 .xWrite = write,
                                                 .xTruncate = truncate,
                                                 .xSync = sync,
                                                 .xFileSize = size,
                                                 .xLock = lock,
                                                 .xUnlock = lock,
                                                 .xCheckReservedLock = reserved,
                                                 .xFileControl = control,
                                                 .xSectorSize = sector_size,
                                                 .xDeviceCharacteristics = characteristics,
                                                 .xShmMap = map_memory,
                                                 .xShmLock = lock_memory,
                                                 .xShmBarrier = barrier,
                                                 .xShmUnmap = unmap,
                                                 .xFetch = nullptr,
                                                 .xUnfetch = nullptr};

    static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out)
    {
        CrashDisk& d = disk(vfs);
        handle(file) = {{nullptr}, &d, nullptr};
        if (!name || (!(flags & SQLITE_OPEN_CREATE) && !d.files_.contains(name)))
            return SQLITE_CANTOPEN;
        handle(file).file = &d.files_[name];
        handle(file).base.pMethods = &kMethods;
        if (out)
            *out = flags;
        return SQLITE_OK;
    }
    static int remove(sqlite3_vfs* vfs, const char* name, int)
    {
        if (disk(vfs).fails())
            return SQLITE_IOERR_DELETE;
        disk(vfs).files_.erase(name);
        return SQLITE_OK;
    }
    static int access(sqlite3_vfs* vfs, const char* name, int, int* there)
    {
        const auto file = disk(vfs).files_.find(name);
        *there = file != disk(vfs).files_.end() && !file->second.content.empty();
        return SQLITE_OK;
    }
    static int full_name(sqlite3_vfs*, const char* name, int bytes, char* out)
    {
        sqlite3_snprintf(bytes, out, "%s", name);
        return SQLITE_OK;
    }
};

CrashDisk::CrashDisk()
    : name_("crash-disk-" + std::to_string(reinterpret_cast<uintptr_t>(this))),
      vfs_(std::make_unique<Vfs>())
{
    const sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
    assert(system);
    sqlite3_vfs& vfs = vfs_->vfs;
    vfs = *system; // time, random numbers, sleep
    vfs.iVersion = 2;
    vfs.pNext = nullptr;
    vfs.szOsFile = int(sizeof(CrashFiles::Handle));
    vfs.mxPathname = 200;
    vfs.zName = name_.c_str();
    vfs.pAppData = this;
    vfs.xOpen = CrashFiles::open;
    vfs.xDelete = CrashFiles::remove;
    vfs.xAccess = CrashFiles::access;
    vfs.xFullPathname = CrashFiles::full_name;
    sqlite3_vfs_register(&vfs, 0);
}

CrashDisk::~CrashDisk()
{
    sqlite3_vfs_unregister(&vfs_->vfs);
}

bool CrashDisk::fails()
{
    if (countdown_ > 0 && --countdown_ == 0)
        failed_ = true;
    return failed_;
}

void CrashDisk::apply(const Change& change, std::vector<uint8_t>& content)
{
    if (change.truncates)
        content.resize(change.offset);
    else if (content.size() < change.offset + change.bytes.size())
        content.resize(change.offset + change.bytes.size());
    std::ranges::copy(change.bytes, content.begin() + ptrdiff_t(change.offset));
}

void CrashDisk::settle(File& file, std::mt19937_64& random)
{
    const unsigned fate = unsigned(random() % 4); // nothing, all, some, some torn
    for (Change& change : file.changes) {
        const bool kept = fate == 1 || (fate > 1 && random() % 2);
        if (!kept)
            continue;
        if (fate == 3 && !change.truncates && random() % 4 == 0)
            change.bytes.resize(random() % (change.bytes.size() + 1));
        apply(change, file.synced);
    }
    file.changes.clear();
    file.content = file.synced;
}

void CrashDisk::crash(std::mt19937_64& random)
{
    for (auto& [name, file] : files_)
        settle(file, random);
    std::erase_if(files_,
                  [&](const auto& entry) { return !entry.second.kept && random() % 2; });
    shared_memory_.clear();
    countdown_ = 0;
    failed_ = false;
}

CrashDisk::Copy CrashDisk::copy() const
{
    Copy copy;
    for (const auto& [name, file] : files_)
        copy.files.emplace(name, file.synced);
    return copy;
}

void CrashDisk::restore(const Copy& copy)
{
    files_.clear();
    for (const auto& [name, content] : copy.files)
        files_[name] = {content, content, {}, true};
    shared_memory_.clear();
}

} // namespace depinsat::linksim
