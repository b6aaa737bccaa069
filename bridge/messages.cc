#include "bridge/messages.h"

#include <algorithm>

namespace depinsat::bridge {
namespace {

void put(std::vector<uint8_t>& out, uint64_t value, unsigned bytes)
{
    while (bytes-- > 0)
        out.push_back(uint8_t(value >> (8 * bytes)));
}

uint64_t get(std::span<const uint8_t> bytes)
{
    uint64_t value = 0;
    for (const uint8_t byte : bytes)
        value = value << 8 | byte;
    return value;
}

} // namespace

std::vector<uint8_t> encode(const Request& request)
{
    std::vector<uint8_t> out;
    out.reserve(kRequestHeaderBytes + request.body.size());
    put(out, request.id, 4);
    put(out, std::min<uint64_t>((uint64_t(request.timeout_ms) + 9) / 10, UINT16_MAX), 2);
    out.insert(out.end(), request.body.begin(), request.body.end());
    return out;
}

std::vector<uint8_t> encode(const Answer& answer)
{
    std::vector<uint8_t> out;
    out.reserve(kAnswerHeaderBytes + answer.body.size());
    put(out, answer.id, 4);
    out.insert(out.end(), answer.body.begin(), answer.body.end());
    return out;
}

std::optional<Request> decode_request(std::span<const uint8_t> bytes)
{
    if (bytes.size() < kRequestHeaderBytes)
        return {};
    return Request{uint32_t(get(bytes.first(4))),
                   uint32_t(10 * get(bytes.subspan(4, 2))),
                   {bytes.begin() + kRequestHeaderBytes, bytes.end()}};
}

std::optional<Answer> decode_answer(std::span<const uint8_t> bytes)
{
    if (bytes.size() < kAnswerHeaderBytes)
        return {};
    return Answer{uint32_t(get(bytes.first(4))),
                  {bytes.begin() + kAnswerHeaderBytes, bytes.end()}};
}

} // namespace depinsat::bridge
