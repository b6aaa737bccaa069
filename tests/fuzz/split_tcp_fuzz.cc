// What the other station says of a TCP connection: kind, length (2 bytes) and bytes of each
// message, into one half's streams.
#include "bridge/messages.h"
#include "bridge/split_tcp/stream.h"

#include <cstdlib>

using namespace depinsat::bridge;
using namespace depinsat::bridge::split_tcp;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// @return false if the connection ends.
bool take(const Body& body, Sender& sender, Receiver& receiver)
{
    if (const auto* data = std::get_if<Data>(&body))
        return receiver.take(*data);
    if (const auto* end = std::get_if<End>(&body))
        return receiver.take(*end);
    if (const auto* credit = std::get_if<Credit>(&body))
        sender.credit(*credit);
    return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    constexpr uint64_t kWindow = 4 * kFirstCredit;
    constexpr size_t kHeader = 3;
    Sender sender;
    Receiver receiver(kWindow);
    uint64_t given = 0, limit = kFirstCredit;
    std::span<const uint8_t> rest(data, size);
    while (rest.size() >= kHeader) {
        const uint8_t kind = rest[0];
        const size_t length = std::min<size_t>(rest[1] << 8 | rest[2], rest.size() - kHeader);
        const auto frame = decode(kind, rest.subspan(kHeader, length));
        rest = rest.subspan(kHeader + length);
        if (!frame)
            continue;
        require(kind_of(frame->body) == kind);
        require(decode(kind, encode(*frame)).has_value());
        if (!take(frame->body, sender, receiver))
            return 0;
        const size_t bytes = receiver.next().size();
        given += bytes;
        require(given <= limit);
        if (const auto credit = receiver.consumed(bytes))
            limit = credit->limit;
        require(limit <= given + kWindow);
    }
    return 0;
}
