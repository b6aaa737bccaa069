#include "depinsat/link/noise_k.h"

#include <algorithm>

namespace depinsat::link {
namespace {

// What both know beforehand: prologue, the sender's static key, the receiver's.
SymmetricState start(std::string_view protocol,
                     std::span<const uint8_t> prologue,
                     const PublicKey& sender,
                     const PublicKey& receiver)
{
    SymmetricState state(protocol);
    state.mix_hash(prologue);
    state.mix_hash(sender);
    state.mix_hash(receiver);
    return state;
}

} // namespace

std::optional<std::vector<uint8_t>> NoiseK::write(const KeyPair& own,
                                                  const PublicKey& receiver,
                                                  std::span<const uint8_t> prologue,
                                                  std::span<const uint8_t> payload,
                                                  const KeyPair& ephemeral,
                                                  std::string_view protocol)
{
    SymmetricState state = start(protocol, prologue, own.public_key, receiver);
    std::vector<uint8_t> message(ephemeral.public_key.begin(), ephemeral.public_key.end());
    state.mix_hash(ephemeral.public_key);
    if (!state.mix_dh(ephemeral.secret_key, receiver) || // es
        !state.mix_dh(own.secret_key, receiver))         // ss
        return std::nullopt;
    state.encrypt_and_hash(payload, message);
    return message;
}

std::optional<std::vector<uint8_t>> NoiseK::read(const KeyPair& own,
                                                 const PublicKey& sender,
                                                 std::span<const uint8_t> prologue,
                                                 std::span<const uint8_t> message,
                                                 std::string_view protocol)
{
    if (message.size() < kOverhead)
        return std::nullopt;
    SymmetricState state = start(protocol, prologue, sender, own.public_key);
    PublicKey ephemeral;
    std::copy_n(message.begin(), ephemeral.size(), ephemeral.begin());
    state.mix_hash(ephemeral);
    if (!state.mix_dh(own.secret_key, ephemeral) || // es
        !state.mix_dh(own.secret_key, sender))      // ss
        return std::nullopt;
    return state.decrypt_and_hash(message.subspan(ephemeral.size()));
}

} // namespace depinsat::link
