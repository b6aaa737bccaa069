#include "linksim/nonce_watch.h"

#include <sodium.h>

#include <array>
#include <cassert>
#include <cstring>

namespace depinsat::linksim {
namespace {

NonceWatch* watch = nullptr; // a function that C calls has no object of its own

} // namespace

NonceWatch::NonceWatch()
{
    assert(!watch);
    watch = this;
}

NonceWatch::~NonceWatch()
{
    watch = nullptr;
}

void NonceWatch::saw(std::span<const uint8_t> key, std::span<const uint8_t> nonce)
{
    static_assert(crypto_shorthash_KEYBYTES == 16);
    constexpr std::array<uint8_t, crypto_shorthash_KEYBYTES> kHashKey{1};
    std::array<uint8_t, 64> both{};
    assert(key.size() + nonce.size() <= both.size());
    std::memcpy(both.data(), key.data(), key.size());
    std::memcpy(both.data() + key.size(), nonce.data(), nonce.size());
    uint64_t print = 0;
    crypto_shorthash(reinterpret_cast<uint8_t*>(&print), both.data(), both.size(),
                     kHashKey.data());
    ++sealed_;
    seen_.insert(print);
}

} // namespace depinsat::linksim

extern "C" {

decltype(crypto_aead_chacha20poly1305_ietf_encrypt)
    __real_crypto_aead_chacha20poly1305_ietf_encrypt,
    __wrap_crypto_aead_chacha20poly1305_ietf_encrypt;

int __wrap_crypto_aead_chacha20poly1305_ietf_encrypt(unsigned char* sealed,
                                                     unsigned long long* sealed_bytes,
                                                     const unsigned char* plain,
                                                     unsigned long long plain_bytes,
                                                     const unsigned char* data,
                                                     unsigned long long data_bytes,
                                                     const unsigned char* secret_nonce,
                                                     const unsigned char* nonce,
                                                     const unsigned char* key)
{
    if (auto* watch = depinsat::linksim::watch)
        watch->saw({key, crypto_aead_chacha20poly1305_ietf_KEYBYTES},
                   {nonce, crypto_aead_chacha20poly1305_ietf_NPUBBYTES});
    return __real_crypto_aead_chacha20poly1305_ietf_encrypt(
        sealed, sealed_bytes, plain, plain_bytes, data, data_bytes, secret_nonce, nonce, key);
}
}
