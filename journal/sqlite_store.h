#pragma once

#include "depinsat/link/store.h"
#include "journal/file_lock.h"

#include <filesystem>
#include <memory>
#include <optional>

struct sqlite3;
struct sqlite3_stmt;

namespace depinsat::journal {

/// A store on disk: an SQLite database (WAL, synchronous=FULL), of mode 0600, with the table
/// `record` (sort, key, value). docs/protocol.md says what the records hold.
///
/// Failure   what cannot be read or written throws std::runtime_error from any call, naming
///           the file; what was put since the last commit() is not there after that.
/// Cost      commit() is one write and one fsync of the WAL.
class SqliteStore : public link::Store
{
public:
    /// Opens the journal of a station; makes it if there is none. One process has it at a time.
    /// @throws std::runtime_error if it is in use, not this user's alone, damaged, of a newer
    ///         version or something else: it is never replaced.
    explicit SqliteStore(const std::filesystem::path& file);

    /// The same in another file system of SQLite's, which no other process sees.
    /// @param vfs  its name.
    SqliteStore(const std::filesystem::path& file, const char* vfs);

    /// What was not committed is dropped.
    ~SqliteStore() override;

    void
    put(link::Record, std::span<const uint8_t> key, std::span<const uint8_t> value) override;
    void erase(link::Record, std::span<const uint8_t> key) override;
    std::optional<Bytes> get(link::Record, std::span<const uint8_t> key) const override;
    using Store::for_each;
    void for_each(link::Record, std::span<const uint8_t> prefix, const Visit&) const override;
    void commit() override;

private:
    struct Close {
        void operator()(sqlite3*) const;
    };
    struct Finalize {
        void operator()(sqlite3_stmt*) const;
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

    void open(const char* vfs);
    void check();
    void prepare();
    void begin();
    void execute(const char* sql) const;
    int64_t number(const char* sql) const;
    std::string text(const char* sql) const;
    Statement statement(const char* sql) const;
    void run(sqlite3_stmt*);
    [[noreturn]] void fail(const std::string& what) const;
    [[noreturn]] void fail() const; ///< with SQLite's own words

    std::filesystem::path file_;
    std::optional<FileLock> lock_;
    std::unique_ptr<sqlite3, Close> database_;
    Statement put_, erase_, get_, visit_;
    bool changed_ = false; ///< a transaction is open
};

} // namespace depinsat::journal
