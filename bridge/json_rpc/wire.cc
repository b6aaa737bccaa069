#include "bridge/json_rpc/wire.h"

#include <algorithm>

namespace depinsat::bridge::json_rpc {
namespace {

constexpr uint8_t kVerdict = 3, kKindMask = 3, kTransaction = 4, kBulk = 8;

uint8_t class_bits(link::Class message_class)
{
    return message_class == link::Class::kTransaction ? kTransaction
           : message_class == link::Class::kBulk      ? kBulk
                                                      : 0;
}

} // namespace

Bytes encode(const RemoteCall& call)
{
    Bytes out;
    out.reserve(4 + call.service.size() + call.packed.size());
    for (const size_t byte :
         {size_t(call.fate) | class_bits(call.message_class), size_t(call.max_answer_kib) >> 8,
          size_t(call.max_answer_kib), call.service.size()})
        out.push_back(uint8_t(byte));
    out.insert(out.end(), call.service.begin(), call.service.end());
    out.insert(out.end(), call.packed.begin(), call.packed.end());
    return out;
}

Bytes encode(const VerdictQuestion& question)
{
    Bytes out(1 + question.key.size(), uint8_t(kVerdict | class_bits(question.message_class)));
    std::ranges::copy(question.key, out.begin() + 1);
    return out;
}

std::optional<std::variant<RemoteCall, VerdictQuestion>> decode(std::span<const uint8_t> bytes)
{
    if (bytes.empty() || bytes[0] > (kBulk | kKindMask) ||
        (bytes[0] & ~kKindMask) == (kTransaction | kBulk))
        return {};
    const auto message_class = bytes[0] & kTransaction ? link::Class::kTransaction
                               : bytes[0] & kBulk      ? link::Class::kBulk
                                                       : link::Class::kInteractive;
    if ((bytes[0] & kKindMask) == kVerdict) {
        VerdictQuestion question{message_class, {}};
        if (bytes.size() != 1 + question.key.size())
            return {};
        std::copy_n(bytes.begin() + 1, question.key.size(), question.key.begin());
        return question;
    }
    constexpr size_t kHeader = 4;
    if (bytes.size() < kHeader || bytes.size() < kHeader + bytes[3])
        return {};
    const auto name = bytes.subspan(kHeader, bytes[3]);
    const auto packed = bytes.subspan(kHeader + name.size());
    return RemoteCall{Fate(bytes[0] & kKindMask), message_class,
                      uint16_t(bytes[1] << 8 | bytes[2]), std::string(name.begin(), name.end()),
                      Bytes(packed.begin(), packed.end())};
}

} // namespace depinsat::bridge::json_rpc
