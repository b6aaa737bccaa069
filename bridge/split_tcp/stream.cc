#include "bridge/split_tcp/stream.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace depinsat::bridge::split_tcp {

Data Sender::send(std::vector<uint8_t> bytes)
{
    assert(bytes.size() <= room());
    const uint64_t offset = offset_;
    offset_ += bytes.size();
    return {offset, std::move(bytes)};
}

Receiver::Receiver(uint64_t window) : window_(window)
{
    assert(window >= kFirstCredit);
}

bool Receiver::fits(uint64_t offset, size_t bytes) const
{
    const uint64_t most = end_ ? std::min(*end_, limit_) : limit_;
    if (offset < joined_ || offset > most || bytes > most - offset)
        return false;
    const auto behind = pieces_.lower_bound(offset);
    if (behind != pieces_.end() && behind->first < offset + bytes)
        return false;
    return behind == pieces_.begin() ||
           std::prev(behind)->first + std::prev(behind)->second.size() <= offset;
}

bool Receiver::take(Data data)
{
    if (data.bytes.empty() || !fits(data.offset, data.bytes.size()))
        return false;
    pieces_.emplace(data.offset, std::move(data.bytes));
    join();
    return pieces_.size() <= kMaxPieces;
}

void Receiver::join()
{
    while (!pieces_.empty() && pieces_.begin()->first == joined_) {
        const auto& bytes = pieces_.begin()->second;
        ready_.insert(ready_.end(), bytes.begin(), bytes.end());
        joined_ += bytes.size();
        pieces_.erase(pieces_.begin());
    }
}

bool Receiver::take(const End& end)
{
    const uint64_t known =
        pieces_.empty() ? joined_ : pieces_.rbegin()->first + pieces_.rbegin()->second.size();
    if (end_ || end.length < known || end.length > limit_)
        return false;
    end_ = end.length;
    return true;
}

std::vector<uint8_t> Receiver::next()
{
    given_ = joined_;
    return std::exchange(ready_, {});
}

std::optional<Credit> Receiver::consumed(size_t bytes)
{
    consumed_ += bytes;
    assert(consumed_ <= given_);
    const uint64_t limit = consumed_ + window_;
    // Half a window at a time: each credit costs a message.
    if (end_ || limit - limit_ < window_ / 2 || limit <= limit_)
        return {};
    limit_ = limit;
    return Credit{limit_};
}

} // namespace depinsat::bridge::split_tcp
