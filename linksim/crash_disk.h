#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace depinsat::linksim {

/// A disk in memory, as a file system (VFS) of SQLite's: what is written and not synced is at
/// risk, and a crash loses it, or part of it. One connection at a time uses it.
class CrashDisk
{
public:
    CrashDisk();
    ~CrashDisk();
    CrashDisk(const CrashDisk&) = delete;

    const char* vfs() const { return name_.c_str(); }

    /// From the n-th next write, sync, truncation or deletion on all of them fail, as if the
    /// power went in that moment.
    void fail_after(unsigned operations) { countdown_ = operations; }
    bool failed() const { return failed_; }

    /// From now on all of them fail.
    void power_off() { failed_ = true; }

    /// The power goes and comes back. Of what was not synced nothing, all or a random part is
    /// there, in any order, and single writes may be torn.
    void crash(std::mt19937_64&);

    /// What is synced now; and the disk as it was then.
    struct Copy {
        std::map<std::string, std::vector<uint8_t>> files;
    };
    Copy copy() const;
    void restore(const Copy&);

private:
    friend struct CrashFiles;

    struct Change {
        size_t offset;
        std::vector<uint8_t> bytes;
        bool truncates = false; ///< to `offset`
    };
    struct File {
        std::vector<uint8_t> content, synced;
        std::vector<Change> changes; ///< from `synced` to `content`
        bool kept = false;           ///< its entry in the folder is on disk
    };

    static void apply(const Change&, std::vector<uint8_t>&);
    void settle(File&, std::mt19937_64&);
    bool fails(); ///< counts an operation

    std::string name_;
    std::map<std::string, File> files_;
    std::vector<std::vector<uint8_t>> shared_memory_; ///< of the write-ahead log's index
    unsigned countdown_ = 0;
    bool failed_ = false;
    struct Vfs;
    std::unique_ptr<Vfs> vfs_;
};

} // namespace depinsat::linksim
