#include "opening_guard.h"

#include <sodium.h>

namespace depinsat::link {

OpeningHash::OpeningHash()
{
    static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == sizeof(size_t));
    randombytes_buf(key_.data(), key_.size());
}

size_t OpeningHash::operator()(const OpeningName& name) const
{
    size_t hash;
    crypto_shorthash(reinterpret_cast<unsigned char*>(&hash), name.data(), name.size(),
                     key_.data());
    return hash;
}

void OpeningGuard::refuse(const OpeningName& name)
{
    if (!refused_.insert(name).second)
        return;
    refused_order_.push_back(name);
    if (refused_order_.size() > kRefused) {
        refused_.erase(refused_order_.front());
        refused_order_.pop_front();
    }
}

void OpeningGuard::forget_refused()
{
    refused_.clear();
    refused_order_.clear();
}

} // namespace depinsat::link
