#include "bridge/split_tcp/wire.h"

#include "bridge/messages.h"

#include <algorithm>

namespace depinsat::bridge::split_tcp {
namespace {

constexpr size_t kNumberBytes = 4;
constexpr size_t kMaxVarintBytes = 9; ///< 63 bits

void put_varint(std::vector<uint8_t>& out, uint64_t value)
{
    for (; value > 0x7F; value >>= 7)
        out.push_back(uint8_t(value | 0x80));
    out.push_back(uint8_t(value));
}

std::optional<uint64_t> take_varint(std::span<const uint8_t>& bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < std::min(bytes.size(), kMaxVarintBytes); ++i) {
        value |= uint64_t(bytes[i] & 0x7F) << 7 * i;
        if (bytes[i] < 0x80) {
            bytes = bytes.subspan(i + 1);
            return value;
        }
    }
    return {};
}

void put(std::vector<uint8_t>& out, const Open& open)
{
    out.push_back(uint8_t(open.service.size()));
    out.insert(out.end(), open.service.begin(), open.service.end());
    out.insert(out.end(), open.first.begin(), open.first.end());
}

void put(std::vector<uint8_t>& out, const Data& data)
{
    put_varint(out, data.offset);
    out.insert(out.end(), data.bytes.begin(), data.bytes.end());
}

void put(std::vector<uint8_t>& out, const End& end)
{
    put_varint(out, end.length);
}

void put(std::vector<uint8_t>& out, const Credit& credit)
{
    put_varint(out, credit.limit);
}

void put(std::vector<uint8_t>& out, const Reset& reset)
{
    out.push_back(uint8_t(reset.reason));
}

std::optional<Body> decode_open(std::span<const uint8_t> bytes)
{
    if (bytes.empty() || bytes[0] == 0 || bytes[0] > kMaxNameBytes || bytes.size() <= bytes[0])
        return {};
    const auto name = bytes.subspan(1, bytes[0]);
    const auto first = bytes.subspan(1 + name.size());
    if (first.size() > kMaxDataBytes)
        return {};
    return Open{{name.begin(), name.end()}, {first.begin(), first.end()}};
}

std::optional<Body> decode_data(std::span<const uint8_t> bytes)
{
    const auto offset = take_varint(bytes);
    if (!offset || bytes.empty() || bytes.size() > kMaxDataBytes)
        return {};
    return Data{*offset, {bytes.begin(), bytes.end()}};
}

/// Of End and Credit.
template <class Number>
std::optional<Body> decode_number(std::span<const uint8_t> bytes)
{
    const auto number = take_varint(bytes);
    if (!number || !bytes.empty())
        return {};
    return Number{*number};
}

std::optional<Body> decode_reset(std::span<const uint8_t> bytes)
{
    if (bytes.size() != 1 || bytes[0] >= kReasons)
        return {};
    return Reset{Reason(bytes[0])};
}

std::optional<Body> decode_body(uint8_t kind, std::span<const uint8_t> bytes)
{
    switch (kind) {
    case kTcpOpen:
        return decode_open(bytes);
    case kTcpData:
        return decode_data(bytes);
    case kTcpEnd:
        return decode_number<End>(bytes);
    case kTcpCredit:
        return decode_number<Credit>(bytes);
    case kTcpReset:
        return decode_reset(bytes);
    default:
        return {};
    }
}

} // namespace

uint8_t kind_of(const Body& body)
{
    constexpr uint8_t kinds[] = {kTcpOpen, kTcpData, kTcpEnd, kTcpCredit, kTcpReset};
    static_assert(std::size(kinds) == std::variant_size_v<Body>);
    return kinds[body.index()];
}

std::vector<uint8_t> encode(const Frame& frame)
{
    std::vector<uint8_t> out;
    for (int shift = 24; shift >= 0; shift -= 8)
        out.push_back(uint8_t(frame.connection >> shift));
    std::visit([&out](const auto& body) { put(out, body); }, frame.body);
    return out;
}

std::optional<Frame> decode(uint8_t kind, std::span<const uint8_t> bytes)
{
    if (bytes.size() < kNumberBytes)
        return {};
    uint32_t connection = 0;
    for (const uint8_t byte : bytes.first(kNumberBytes))
        connection = connection << 8 | byte;
    auto body = decode_body(kind, bytes.subspan(kNumberBytes));
    if (!body)
        return {};
    return Frame{connection, std::move(*body)};
}

std::string_view text_of(Reason reason)
{
    constexpr std::string_view texts[kReasons] = {
        "the service cannot be reached", "unknown to the other station",
        "too many connections",          "the other half of the connection broke",
        "the link could not deliver",    "the other station broke the rules"};
    return texts[size_t(reason)];
}

} // namespace depinsat::bridge::split_tcp
