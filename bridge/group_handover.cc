#include "bridge/group_handover.h"

#include "bridge/key_file.h"
#include "bridge/wall_clock.h"
#include "config/addresses.h"
#include "depinsat/link/group_key_wrap.h"

#include <array>
#include <ctime>
#include <sodium.h>
#include <stdexcept>

namespace depinsat::bridge {
namespace {

constexpr size_t kWrappedBytes = link::GroupKeyHandover::kWrappedBytes;
constexpr int kBase64 = sodium_base64_VARIANT_ORIGINAL;

link::PublicKey station_of(const std::string& text)
{
    const auto key = config::from_base64(text);
    if (!key)
        throw std::runtime_error("--station: is no public key; allowed: 32 bytes in base64, as "
                                 "`depinsat keygen` prints them");
    return *key;
}

std::string time_text(uint32_t seconds)
{
    const std::time_t time = seconds;
    std::tm utc{};
    ::gmtime_r(&time, &utc);
    std::array<char, 32> text;
    const size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &utc);
    return {text.data(), size};
}

} // namespace

std::string wrap_group_key_file(const std::filesystem::path& group_key_file,
                                const std::filesystem::path& own_key_file,
                                const std::string& station)
{
    const link::PublicKey member = station_of(station);
    const link::KeyPair own = load_key_file(own_key_file);
    const link::GroupKeyHandover handover{wall_seconds(), load_group_key_file(group_key_file)};
    const auto wrapped = link::wrap_group_key(own, member, handover, link::generate_key_pair());
    if (!wrapped)
        throw std::runtime_error("--station: is a key of low order, which no station has");
    std::array<char, sodium_base64_ENCODED_LEN(kWrappedBytes, kBase64)> text;
    return sodium_bin2base64(text.data(), text.size(), wrapped->data(), wrapped->size(),
                             kBase64);
}

std::string unwrap_group_key_file(const std::filesystem::path& group_key_file,
                                  const std::filesystem::path& own_key_file,
                                  const std::string& station,
                                  const std::string& text)
{
    const link::PublicKey sender = station_of(station);
    const link::KeyPair own = load_key_file(own_key_file);
    std::array<uint8_t, kWrappedBytes> wrapped;
    size_t size = 0;
    if (sodium_base642bin(wrapped.data(), wrapped.size(), text.data(), text.size(), nullptr,
                          &size, nullptr, kBase64) != 0 ||
        size != wrapped.size())
        throw std::runtime_error(
            "--wrapped: is no wrapped key; allowed: the 112 characters that "
            "`depinsat keygen --wrap` prints");
    const auto handover = link::unwrap_group_key(own, sender, wrapped);
    if (!handover)
        throw std::runtime_error("--wrapped: is not what the station of --station wrapped for "
                                 "this station's key");
    save_group_key_file(group_key_file, handover->key);
    return time_text(handover->wrapped_at);
}

} // namespace depinsat::bridge
