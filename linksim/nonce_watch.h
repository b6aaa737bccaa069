#pragma once

#include <cstdint>
#include <span>
#include <unordered_set>

namespace depinsat::linksim {

/// Sees every (key, nonce) with which this program seals while one of these lives, at most one
/// at a time: the linker leads the calls to libsodium past it.
class NonceWatch
{
public:
    NonceWatch();
    ~NonceWatch();
    NonceWatch(const NonceWatch&) = delete;

    uint64_t sealed() const { return sealed_; }
    uint64_t repeated() const { return sealed_ - seen_.size(); }

    void saw(std::span<const uint8_t> key, std::span<const uint8_t> nonce);

private:
    uint64_t sealed_ = 0;
    std::unordered_set<uint64_t> seen_; ///< fingerprints
};

} // namespace depinsat::linksim
