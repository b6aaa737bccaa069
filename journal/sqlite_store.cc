#include "journal/sqlite_store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace depinsat::journal {
namespace {

using Bytes = link::Store::Bytes;

constexpr int64_t kApplication = 0x44504E4A; ///< "DPNJ"
constexpr int64_t kVersion = 1;              ///< of the schema

/// WITHOUT ROWID: records lie in the order of their keys.
constexpr const char* kSchema =
    "BEGIN EXCLUSIVE;"
    "CREATE TABLE record (sort INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,"
    " PRIMARY KEY (sort, key)) WITHOUT ROWID;"
    "PRAGMA application_id = 1146113610;" // kApplication
    "PRAGMA user_version = 1;"
    "COMMIT;";
static_assert(kApplication == 1146113610 && kVersion == 1);

/// Makes the file, with its entry in the folder on disk, or checks whose it is.
void make_or_check(const std::filesystem::path& file)
{
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct stat info {
    };
    if (fd < 0 || ::fstat(fd, &info) != 0)
        throw std::runtime_error("cannot open " + file.string() + ": " + std::strerror(errno));
    ::close(fd); // before SQLite opens it: this would drop its locks
    if (!S_ISREG(info.st_mode) || info.st_uid != ::geteuid() || (info.st_mode & 077) != 0)
        throw std::runtime_error(file.string() +
                                 " is not a file of this user alone; allowed: mode 0600");
    const auto folder = file.parent_path().empty() ? "." : file.parent_path();
    const int folder_fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder_fd < 0)
        return; // it may be written but not read
    ::fsync(folder_fd);
    ::close(folder_fd);
}

void bind(sqlite3_stmt* statement, int at, std::span<const uint8_t> bytes)
{
    // Not a null pointer, which would be NULL.
    sqlite3_bind_blob64(statement, at, bytes.empty() ? "" : (const void*)bytes.data(),
                        bytes.size(), SQLITE_STATIC);
}

std::span<const uint8_t> column(sqlite3_stmt* statement, int at)
{
    const auto* bytes = static_cast<const uint8_t*>(sqlite3_column_blob(statement, at));
    return {bytes, size_t(sqlite3_column_bytes(statement, at))};
}

/// A statement is ready for its next use when this goes.
class Reset
{
public:
    explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
    ~Reset()
    {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }
    Reset(const Reset&) = delete;

private:
    sqlite3_stmt* statement_;
};

} // namespace

void SqliteStore::Close::operator()(sqlite3* database) const
{
    sqlite3_close_v2(database);
}

void SqliteStore::Finalize::operator()(sqlite3_stmt* statement) const
{
    sqlite3_finalize(statement);
}

SqliteStore::SqliteStore(const std::filesystem::path& file) : file_(file), lock_(file)
{
    make_or_check(file);
    open(nullptr);
}

SqliteStore::SqliteStore(const std::filesystem::path& file, const char* vfs) : file_(file)
{
    open(vfs);
}

SqliteStore::~SqliteStore() = default;

void SqliteStore::open(const char* vfs)
{
    sqlite3* database = nullptr;
    const int result = sqlite3_open_v2(file_.c_str(), &database,
                                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs);
    database_.reset(database);
    if (result != SQLITE_OK)
        fail();
    sqlite3_extended_result_codes(database, 1);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_busy_timeout(database, 1000); // who reads it, as `depinsat queue list`
    execute("PRAGMA trusted_schema = OFF");
    check();
    if (text("PRAGMA journal_mode = WAL") != "wal")
        fail("cannot be used with a write-ahead log");
    execute("PRAGMA synchronous = FULL");
    if (number("PRAGMA user_version") == 0)
        execute(kSchema);
    prepare();
}

// What is not a whole journal of this version is left as it is.
void SqliteStore::check()
{
    const int64_t application = number("PRAGMA application_id");
    const int64_t version = number("PRAGMA user_version");
    const bool empty = number("SELECT count(*) FROM sqlite_schema") == 0;
    if (empty && application == 0 && version == 0)
        return;
    if (application != kApplication)
        fail("is no journal of depinsat");
    if (version > kVersion)
        fail("was written by a newer depinsat (version " + std::to_string(version) +
             " of the journal; allowed: " + std::to_string(kVersion) + ")");
    if (const std::string found = text("PRAGMA quick_check(1)"); found != "ok")
        fail("is damaged (" + found + ")");
}

void SqliteStore::prepare()
{
    put_ = statement("INSERT OR REPLACE INTO record VALUES (?1, ?2, ?3)");
    erase_ = statement("DELETE FROM record WHERE sort = ?1 AND key = ?2");
    get_ = statement("SELECT value FROM record WHERE sort = ?1 AND key = ?2");
    visit_ = statement("SELECT key, value FROM record WHERE sort = ?1 AND key >= ?2 "
                       "ORDER BY key");
}

void SqliteStore::begin()
{
    if (!changed_)
        execute("BEGIN IMMEDIATE");
    changed_ = true;
}

void SqliteStore::put(link::Record record,
                      std::span<const uint8_t> key,
                      std::span<const uint8_t> value)
{
    begin();
    sqlite3_bind_int(put_.get(), 1, int(record));
    bind(put_.get(), 2, key);
    bind(put_.get(), 3, value);
    run(put_.get());
}

void SqliteStore::erase(link::Record record, std::span<const uint8_t> key)
{
    begin();
    sqlite3_bind_int(erase_.get(), 1, int(record));
    bind(erase_.get(), 2, key);
    run(erase_.get());
}

std::optional<Bytes> SqliteStore::get(link::Record record, std::span<const uint8_t> key) const
{
    const Reset reset(get_.get());
    sqlite3_bind_int(get_.get(), 1, int(record));
    bind(get_.get(), 2, key);
    switch (sqlite3_step(get_.get())) {
    case SQLITE_ROW: {
        const auto value = column(get_.get(), 0);
        return Bytes(value.begin(), value.end());
    }
    case SQLITE_DONE:
        return std::nullopt;
    default:
        fail();
    }
}

void SqliteStore::for_each(link::Record record,
                           std::span<const uint8_t> prefix,
                           const Visit& visit) const
{
    const Reset reset(visit_.get());
    sqlite3_bind_int(visit_.get(), 1, int(record));
    bind(visit_.get(), 2, prefix);
    for (;;) {
        const int result = sqlite3_step(visit_.get());
        if (result == SQLITE_DONE)
            return;
        if (result != SQLITE_ROW)
            fail();
        const auto key = column(visit_.get(), 0);
        if (key.size() < prefix.size() ||
            !std::equal(prefix.begin(), prefix.end(), key.begin()))
            return;
        visit(key, column(visit_.get(), 1));
    }
}

void SqliteStore::commit()
{
    if (!changed_)
        return;
    execute("COMMIT");
    changed_ = false;
}

void SqliteStore::run(sqlite3_stmt* statement)
{
    const Reset reset(statement);
    if (sqlite3_step(statement) != SQLITE_DONE)
        fail();
}

void SqliteStore::execute(const char* sql) const
{
    if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        fail();
}

SqliteStore::Statement SqliteStore::statement(const char* sql) const
{
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database_.get(), sql, -1, &statement, nullptr) != SQLITE_OK)
        fail();
    return Statement(statement);
}

std::string SqliteStore::text(const char* sql) const
{
    const Statement query = statement(sql);
    if (sqlite3_step(query.get()) != SQLITE_ROW)
        fail();
    const auto bytes = column(query.get(), 0);
    return {bytes.begin(), bytes.end()};
}

int64_t SqliteStore::number(const char* sql) const
{
    const Statement query = statement(sql);
    if (sqlite3_step(query.get()) != SQLITE_ROW)
        fail();
    return sqlite3_column_int64(query.get(), 0);
}

void SqliteStore::fail(const std::string& what) const
{
    throw std::runtime_error(file_.string() + ' ' + what);
}

void SqliteStore::fail() const
{
    fail("fails: " + std::string(sqlite3_errmsg(database_.get())));
}

} // namespace depinsat::journal
