#pragma once

#include "bridge/split_tcp/wire.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

namespace depinsat::bridge::split_tcp {

/// What one half sends: how much the other half has room for.
class Sender
{
public:
    /// Bytes that may be sent now.
    uint64_t room() const { return limit_ - offset_; }
    uint64_t offset() const { return offset_; }

    /// @pre bytes.size() <= room().
    Data send(std::vector<uint8_t> bytes);

    /// A limit that was overtaken by a later one changes nothing.
    void credit(const Credit& credit) { limit_ = std::max(limit_, credit.limit); }

private:
    uint64_t offset_ = 0, limit_ = kFirstCredit;
};

/// Pieces that wait for one before them: each costs memory of its own, however short.
inline constexpr size_t kMaxPieces = 4096;

/// What one half receives: pieces in any order become a stream, within the credit given.
class Receiver
{
public:
    /// @param window  bytes that the other side may be ahead of what was consumed; at least
    /// kFirstCredit.
    explicit Receiver(uint64_t window);

    /// @return false if it lies beyond the credit or the end, overlaps what came before, or is
    /// one of more than kMaxPieces behind a gap: the other side breaks the rules.
    bool take(Data);
    bool take(const End&);

    /// All the bytes that come next; empty if they are not there.
    std::vector<uint8_t> next();

    /// All of it was given out by next().
    bool ended() const { return end_ && *end_ == given_; }

    /// `bytes` of those that next() gave have left this station.
    /// @return the credit to send; nothing if the other side has enough.
    std::optional<Credit> consumed(size_t bytes);

private:
    bool fits(uint64_t offset, size_t bytes) const;
    void join();

    const uint64_t window_;
    uint64_t joined_ = 0, given_ = 0, consumed_ = 0; ///< offsets of this stream
    uint64_t limit_ = kFirstCredit;
    std::optional<uint64_t> end_;
    std::vector<uint8_t> ready_;                      ///< from given_ to joined_
    std::map<uint64_t, std::vector<uint8_t>> pieces_; ///< behind joined_, by offset
};

} // namespace depinsat::bridge::split_tcp
