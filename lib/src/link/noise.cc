#include "depinsat/link/noise.h"

#include <algorithm>
#include <cassert>

namespace depinsat::link {
namespace {

constexpr unsigned kBroken = 99;

} // namespace

NoiseIk::NoiseIk(bool initiator, const KeyPair& own, std::span<const uint8_t> prologue)
    : initiator_(initiator), own_(own)
{
    state_.mix_hash(prologue);
}

NoiseIk NoiseIk::initiator(const KeyPair& own,
                           const PublicKey& remote,
                           std::span<const uint8_t> prologue)
{
    NoiseIk noise(true, own, prologue);
    noise.remote_static_ = remote;
    noise.state_.mix_hash(remote);
    return noise;
}

NoiseIk NoiseIk::responder(const KeyPair& own, std::span<const uint8_t> prologue)
{
    NoiseIk noise(false, own, prologue);
    noise.state_.mix_hash(own.public_key);
    return noise;
}

std::optional<std::vector<uint8_t>> NoiseIk::write_message(std::span<const uint8_t> payload,
                                                           const KeyPair& ephemeral)
{
    const bool first = initiator_ && step_ == 0;
    const bool second = !initiator_ && step_ == 1;
    step_ = first ? 1 : second ? 2 : kBroken;
    if (step_ == kBroken)
        return std::nullopt;

    ephemeral_ = ephemeral;
    std::vector<uint8_t> message(ephemeral.public_key.begin(), ephemeral.public_key.end());
    state_.mix_hash(ephemeral.public_key);
    const PublicKey& first_partner = first ? remote_static_ : remote_ephemeral_; // es or ee
    if (!state_.mix_dh(ephemeral_.secret_key, first_partner)) {
        step_ = kBroken;
        return std::nullopt;
    }
    if (first)
        state_.encrypt_and_hash(own_.public_key, message);
    const auto& second_secret = first ? own_.secret_key : ephemeral_.secret_key; // ss or se
    if (!state_.mix_dh(second_secret, remote_static_)) {
        step_ = kBroken;
        return std::nullopt;
    }
    state_.encrypt_and_hash(payload, message);
    return message;
}

std::optional<std::vector<uint8_t>> NoiseIk::read_message(std::span<const uint8_t> message)
{
    std::optional<std::vector<uint8_t>> payload;
    if (!initiator_ && step_ == 0 && message.size() >= kFirstOverhead)
        payload = read_first(message);
    else if (initiator_ && step_ == 1 && message.size() >= kSecondOverhead)
        payload = read_second(message);
    step_ = payload ? step_ + 1 : kBroken;
    return payload;
}

std::optional<std::vector<uint8_t>> NoiseIk::read_first(std::span<const uint8_t> message)
{
    std::copy_n(message.begin(), remote_ephemeral_.size(), remote_ephemeral_.begin());
    state_.mix_hash(remote_ephemeral_);
    if (!state_.mix_dh(own_.secret_key, remote_ephemeral_))
        return std::nullopt;
    message = message.subspan(remote_ephemeral_.size());
    const size_t name_bytes = remote_static_.size() + kTagBytes;
    const auto name = state_.decrypt_and_hash(message.first(name_bytes));
    if (!name)
        return std::nullopt;
    std::ranges::copy(*name, remote_static_.begin());
    if (!state_.mix_dh(own_.secret_key, remote_static_))
        return std::nullopt;
    return state_.decrypt_and_hash(message.subspan(name_bytes));
}

std::optional<std::vector<uint8_t>> NoiseIk::read_second(std::span<const uint8_t> message)
{
    std::copy_n(message.begin(), remote_ephemeral_.size(), remote_ephemeral_.begin());
    state_.mix_hash(remote_ephemeral_);
    if (!state_.mix_dh(ephemeral_.secret_key, remote_ephemeral_) ||
        !state_.mix_dh(own_.secret_key, remote_ephemeral_))
        return std::nullopt;
    return state_.decrypt_and_hash(message.subspan(remote_ephemeral_.size()));
}

NoiseIk::Keys NoiseIk::keys() const
{
    assert(step_ == 2);
    const auto [first, second] = state_.split();
    return initiator_ ? Keys{first, second} : Keys{second, first};
}

} // namespace depinsat::link
