// What every handshake of Noise is made of: hash, key derivation, cipher.
#include "depinsat/link/noise.h"

#include <algorithm>
#include <cassert>
#include <sodium.h>
#include <stdexcept>

namespace depinsat::link {
namespace {

constexpr size_t kHashBytes = 64;
constexpr size_t kBlockBytes = 128;

using Hash = Secret<kHashBytes>;
using Nonce = std::array<uint8_t, crypto_aead_chacha20poly1305_ietf_NPUBBYTES>;

void start_sodium()
{
    if (sodium_init() < 0)
        throw std::runtime_error("libsodium finds no source of random numbers");
}

Nonce nonce_of(uint64_t counter)
{
    Nonce nonce{};
    for (int i = 0; i < 8; ++i)
        nonce[4 + i] = uint8_t(counter >> 8 * i);
    return nonce;
}

// BLAKE2b-512 of two pieces.
void blake2b(std::span<const uint8_t> a, std::span<const uint8_t> b, std::span<uint8_t> out)
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, kHashBytes);
    crypto_generichash_update(&state, a.data(), a.size());
    crypto_generichash_update(&state, b.data(), b.size());
    crypto_generichash_final(&state, out.data(), kHashBytes);
    sodium_memzero(&state, sizeof(state));
}

// HMAC (RFC 2104): Noise wants it even over BLAKE2, which has a keyed mode of its own.
Hash hmac(std::span<const uint8_t> key, std::span<const uint8_t> message)
{
    Secret<kBlockBytes> inner, outer;
    std::ranges::copy(key, inner.begin());
    outer = inner;
    for (auto& byte : inner)
        byte ^= 0x36;
    for (auto& byte : outer)
        byte ^= 0x5C;
    Hash hash;
    blake2b(inner, message, hash);
    blake2b(outer, hash, hash);
    return hash;
}

struct Derived {
    Hash first, second;
};

Derived hkdf(std::span<const uint8_t> chaining_key, std::span<const uint8_t> input)
{
    const Hash temporary = hmac(chaining_key, input);
    Derived derived;
    derived.first = hmac(temporary, std::array<uint8_t, 1>{1});
    Secret<kHashBytes + 1> block;
    std::ranges::copy(derived.first, block.begin());
    block.back() = 2;
    derived.second = hmac(temporary, block);
    return derived;
}

Key truncated(const Hash& hash)
{
    Key key;
    std::copy_n(hash.begin(), key.size(), key.begin());
    return key;
}

} // namespace

void wipe(std::span<uint8_t> secret)
{
    sodium_memzero(secret.data(), secret.size());
}

KeyPair::~KeyPair()
{
    wipe(secret_key);
}

KeyPair generate_key_pair()
{
    start_sodium();
    Key secret;
    randombytes_buf(secret.data(), secret.size());
    return key_pair_of(secret);
}

KeyPair key_pair_of(std::span<const uint8_t, 32> secret_key)
{
    start_sodium();
    KeyPair pair{};
    std::ranges::copy(secret_key, pair.secret_key.begin());
    crypto_scalarmult_base(pair.public_key.data(), pair.secret_key.data());
    return pair;
}

void seal(const Key& key,
          uint64_t counter,
          std::span<const uint8_t> associated,
          std::span<const uint8_t> plain,
          std::span<uint8_t> out)
{
    assert(out.size() == plain.size() + kTagBytes);
    crypto_aead_chacha20poly1305_ietf_encrypt(out.data(), nullptr, plain.data(), plain.size(),
                                              associated.data(), associated.size(), nullptr,
                                              nonce_of(counter).data(), key.data());
}

bool open(const Key& key,
          uint64_t counter,
          std::span<const uint8_t> associated,
          std::span<const uint8_t> sealed,
          std::span<uint8_t> out)
{
    assert(sealed.size() >= kTagBytes && out.size() == sealed.size() - kTagBytes);
    return crypto_aead_chacha20poly1305_ietf_decrypt(
               out.data(), nullptr, nullptr, sealed.data(), sealed.size(), associated.data(),
               associated.size(), nonce_of(counter).data(), key.data()) == 0;
}

SymmetricState::SymmetricState(std::string_view protocol)
{
    start_sodium();
    assert(protocol.size() <= kHashBytes && "longer names are hashed");
    std::ranges::copy(protocol, hash_.begin());
    std::ranges::copy(hash_, chaining_key_.begin());
}

void SymmetricState::mix_hash(std::span<const uint8_t> data)
{
    blake2b(hash_, data, hash_);
}

void SymmetricState::mix_key(std::span<const uint8_t> input)
{
    const Derived derived = hkdf(chaining_key_, input);
    chaining_key_ = derived.first;
    key_ = truncated(derived.second);
    counter_ = 0;
}

bool SymmetricState::mix_dh(std::span<const uint8_t, 32> secret_key,
                            const PublicKey& public_key)
{
    Key shared;
    if (crypto_scalarmult(shared.data(), secret_key.data(), public_key.data()) != 0)
        return false; // low order
    mix_key(shared);
    return true;
}

void SymmetricState::encrypt_and_hash(std::span<const uint8_t> plain,
                                      std::vector<uint8_t>& message)
{
    const size_t at = message.size();
    message.resize(at + plain.size() + kTagBytes);
    const auto sealed = std::span(message).subspan(at);
    seal(key_, counter_++, hash_, plain, sealed);
    mix_hash(sealed);
}

std::optional<std::vector<uint8_t>>
SymmetricState::decrypt_and_hash(std::span<const uint8_t> sealed)
{
    if (sealed.size() < kTagBytes)
        return std::nullopt;
    std::vector<uint8_t> plain(sealed.size() - kTagBytes);
    if (!open(key_, counter_++, hash_, sealed, plain))
        return std::nullopt;
    mix_hash(sealed);
    return plain;
}

SymmetricState::Pair SymmetricState::split() const
{
    const Derived derived = hkdf(chaining_key_, {});
    return {truncated(derived.first), truncated(derived.second)};
}

std::array<uint8_t, 16> mac_of_handshake(const PublicKey& receiver,
                                         std::span<const uint8_t> packet)
{
    std::array<uint8_t, 16> mac;
    crypto_generichash(mac.data(), mac.size(), packet.data(), packet.size(), receiver.data(),
                       receiver.size());
    return mac;
}

} // namespace depinsat::link
