#include "depinsat/link/noise.h"

#include <algorithm>
#include <cassert>
#include <sodium.h>
#include <stdexcept>
#include <string_view>

namespace depinsat::link {
namespace {

constexpr std::string_view kProtocol = "Noise_IK_25519_ChaChaPoly_BLAKE2b";
constexpr size_t kHashBytes = 64;
constexpr size_t kBlockBytes = 128;
constexpr unsigned kBroken = 99;

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

NoiseIk::NoiseIk(bool initiator, const KeyPair& own, std::span<const uint8_t> prologue)
    : initiator_(initiator), own_(own)
{
    start_sodium();
    static_assert(kProtocol.size() <= kHashBytes, "longer names are hashed");
    std::ranges::copy(kProtocol, hash_.begin());
    std::ranges::copy(hash_, chaining_key_.begin());
    mix_hash(prologue);
}

NoiseIk NoiseIk::initiator(const KeyPair& own,
                           const PublicKey& remote,
                           std::span<const uint8_t> prologue)
{
    NoiseIk noise(true, own, prologue);
    noise.remote_static_ = remote;
    noise.mix_hash(remote);
    return noise;
}

NoiseIk NoiseIk::responder(const KeyPair& own, std::span<const uint8_t> prologue)
{
    NoiseIk noise(false, own, prologue);
    noise.mix_hash(own.public_key);
    return noise;
}

void NoiseIk::mix_hash(std::span<const uint8_t> data)
{
    blake2b(hash_, data, hash_);
}

void NoiseIk::mix_key(std::span<const uint8_t> input)
{
    const Derived derived = hkdf(chaining_key_, input);
    chaining_key_ = derived.first;
    key_ = truncated(derived.second);
    counter_ = 0;
}

bool NoiseIk::mix_dh(std::span<const uint8_t, 32> secret_key, const PublicKey& public_key)
{
    Key shared;
    if (crypto_scalarmult(shared.data(), secret_key.data(), public_key.data()) != 0)
        return false; // low order
    mix_key(shared);
    return true;
}

void NoiseIk::encrypt_and_hash(std::span<const uint8_t> plain, std::vector<uint8_t>& message)
{
    const size_t at = message.size();
    message.resize(at + plain.size() + kTagBytes);
    const auto sealed = std::span(message).subspan(at);
    seal(key_, counter_++, hash_, plain, sealed);
    mix_hash(sealed);
}

std::optional<std::vector<uint8_t>> NoiseIk::decrypt_and_hash(std::span<const uint8_t> sealed)
{
    std::vector<uint8_t> plain(sealed.size() - kTagBytes);
    if (!open(key_, counter_++, hash_, sealed, plain))
        return std::nullopt;
    mix_hash(sealed);
    return plain;
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
    mix_hash(ephemeral.public_key);
    const PublicKey& first_partner = first ? remote_static_ : remote_ephemeral_; // es or ee
    if (!mix_dh(ephemeral_.secret_key, first_partner)) {
        step_ = kBroken;
        return std::nullopt;
    }
    if (first)
        encrypt_and_hash(own_.public_key, message);
    const auto& second_secret = first ? own_.secret_key : ephemeral_.secret_key; // ss or se
    if (!mix_dh(second_secret, remote_static_)) {
        step_ = kBroken;
        return std::nullopt;
    }
    encrypt_and_hash(payload, message);
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
    mix_hash(remote_ephemeral_);
    if (!mix_dh(own_.secret_key, remote_ephemeral_))
        return std::nullopt;
    message = message.subspan(remote_ephemeral_.size());
    const size_t name_bytes = remote_static_.size() + kTagBytes;
    const auto name = decrypt_and_hash(message.first(name_bytes));
    if (!name)
        return std::nullopt;
    std::ranges::copy(*name, remote_static_.begin());
    if (!mix_dh(own_.secret_key, remote_static_))
        return std::nullopt;
    return decrypt_and_hash(message.subspan(name_bytes));
}

std::optional<std::vector<uint8_t>> NoiseIk::read_second(std::span<const uint8_t> message)
{
    std::copy_n(message.begin(), remote_ephemeral_.size(), remote_ephemeral_.begin());
    mix_hash(remote_ephemeral_);
    if (!mix_dh(ephemeral_.secret_key, remote_ephemeral_) ||
        !mix_dh(own_.secret_key, remote_ephemeral_))
        return std::nullopt;
    return decrypt_and_hash(message.subspan(remote_ephemeral_.size()));
}

NoiseIk::Keys NoiseIk::keys() const
{
    assert(step_ == 2);
    const Derived derived = hkdf(chaining_key_, {});
    const Key first = truncated(derived.first), second = truncated(derived.second);
    return initiator_ ? Keys{first, second} : Keys{second, first};
}

std::array<uint8_t, 16> mac_of_opening(const PublicKey& receiver,
                                       std::span<const uint8_t> packet)
{
    std::array<uint8_t, 16> mac;
    crypto_generichash(mac.data(), mac.size(), packet.data(), packet.size(), receiver.data(),
                       receiver.size());
    return mac;
}

} // namespace depinsat::link
