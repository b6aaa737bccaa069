#include "depinsat/link/group_key_wrap.h"

#include "wire_bytes.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace depinsat::link {
namespace {

constexpr size_t kTimeBytes = 4;
constexpr std::string_view kPrologue = "depinsat group key 1";

std::span<const uint8_t> prologue()
{
    return {reinterpret_cast<const uint8_t*>(kPrologue.data()), kPrologue.size()};
}

} // namespace

std::optional<std::vector<uint8_t>> wrap_group_key(const KeyPair& own,
                                                   const PublicKey& member,
                                                   const GroupKeyHandover& handover,
                                                   const KeyPair& ephemeral)
{
    Secret<kTimeBytes + 32> payload;
    std::span<uint8_t> rest = payload;
    put_number(handover.wrapped_at, kTimeBytes, rest);
    std::ranges::copy(handover.key, rest.begin());
    return NoiseK::write(own, member, prologue(), payload, ephemeral);
}

std::optional<GroupKeyHandover>
unwrap_group_key(const KeyPair& own, const PublicKey& sender, std::span<const uint8_t> wrapped)
{
    if (wrapped.size() != GroupKeyHandover::kWrappedBytes)
        return std::nullopt;
    auto payload = NoiseK::read(own, sender, prologue(), wrapped);
    if (!payload)
        return std::nullopt;
    GroupKeyHandover handover;
    std::span<const uint8_t> rest = *payload;
    handover.wrapped_at = take_number(rest, kTimeBytes);
    std::ranges::copy(rest, handover.key.begin());
    wipe(*payload);
    return handover;
}

} // namespace depinsat::link
