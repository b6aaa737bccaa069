#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace depinsat::link {

/// What a record of the store is about; each has keys of its own.
/// The numbers stand on disk: none is ever used for something else.
enum class Record : uint8_t {
    kOutgoing = 0,     ///< a message that was taken and has not ended
    kIncoming = 1,     ///< a message that was acknowledged and that the user has not taken
    kKnownKey = 2,     ///< key of a message that was delivered
    kTimeStamp = 3,    ///< the largest time stamp of an opening: sent to, or taken from, a peer
    kGroupCounter = 4, ///< the end of the counters that this station may use in a group
    kGroupWindow = 5,  ///< the counters that were seen from a sender of a group
};

/// What must outlive the process: records by key, written in transactions.
///
/// Order     for_each() goes by key, as bytes compare.
/// Failure   an implementation that can no longer read or write throws std::runtime_error from
///           any call; nothing of what was put since the last commit() counts as written.
/// Threads   one object per thread.
class Store
{
public:
    using Bytes = std::vector<uint8_t>;

    virtual ~Store() = default;

    /// Seen at once by get() and for_each(), and on disk after commit().
    virtual void put(Record, std::span<const uint8_t> key, std::span<const uint8_t> value) = 0;
    virtual void erase(Record, std::span<const uint8_t> key) = 0;

    virtual std::optional<Bytes> get(Record, std::span<const uint8_t> key) const = 0;

    using Visit =
        std::function<void(std::span<const uint8_t> key, std::span<const uint8_t> value)>;

    /// The records whose keys begin with `prefix`. `visit` changes nothing in the store.
    virtual void
    for_each(Record, std::span<const uint8_t> prefix, const Visit& visit) const = 0;
    void for_each(Record record, const Visit& visit) const { for_each(record, {}, visit); }

    /// Everything since the last call is on disk when it returns, all of it or nothing.
    /// Costs nothing if nothing was changed.
    virtual void commit() = 0;
};

/// A store that ends with the process: of stations without a journal, and of tests.
class MemoryStore : public Store
{
public:
    void put(Record, std::span<const uint8_t> key, std::span<const uint8_t> value) override;
    void erase(Record, std::span<const uint8_t> key) override;
    std::optional<Bytes> get(Record, std::span<const uint8_t> key) const override;
    using Store::for_each;
    void for_each(Record, std::span<const uint8_t> prefix, const Visit&) const override;
    void commit() override {}

private:
    std::map<Record, std::map<std::string, Bytes>> records_; ///< keys as the bytes of a text
};

} // namespace depinsat::link
