#include "object_plan.h"

#include "depinsat/framing/gse.h"
#include "depinsat/link/wire_group.h"

#include <algorithm>
#include <cmath>

namespace depinsat::link {
namespace {

constexpr size_t kAround = framing::kGseHeaderBytes + kDataOverhead + kSymbolsHeaderBytes;
constexpr size_t kLongestPacket = framing::kGseHeaderBytes + framing::kGseMaxPduBytes;
/// Signed packets need as much (an object and its signature).
constexpr size_t kLeastObjectFrame = 126;

constexpr unsigned kSharedSymbols = 4;
constexpr unsigned kMaxCopies = 16;

size_t whole_grains(size_t bytes)
{
    return bytes - bytes % kSymbolGrain;
}

size_t symbols_of(size_t bytes, size_t symbol_bytes)
{
    return (bytes + symbol_bytes - 1) / symbol_bytes;
}

// Of all `sent` symbols at most `spare` are lost.
double share_complete(uint32_t sent, uint32_t spare, double loss)
{
    double term = std::pow(1 - loss, double(sent)), sum = term;
    if (term == 0) { // too many to count from none lost: the normal distribution is near enough
        const double mean = loss * sent, deviation = std::sqrt(mean * (1 - loss));
        return 0.5 * std::erfc((mean - spare - 0.5) / deviation / std::sqrt(2.0));
    }
    for (uint32_t lost = 1; lost <= spare; ++lost)
        sum += term *= loss / (1 - loss) * double(sent - lost + 1) / lost;
    return sum;
}

} // namespace

std::optional<ObjectShape> shape_of_object(size_t bytes, size_t frame_bytes, bool shared)
{
    const size_t packets = (frame_bytes + kLongestPacket - 1) / kLongestPacket;
    const size_t packet = packets ? frame_bytes / packets : 0;
    if (frame_bytes < kLeastObjectFrame || packet < kAround + kSymbolGrain)
        return std::nullopt;
    for (unsigned count = shared ? kSharedSymbols : 1; count > 0; count /= 2) {
        const size_t longest =
            std::min(whole_grains((packet - kAround) / count), kMaxSymbolBytes);
        if (longest == 0)
            continue;
        const size_t symbols = symbols_of(bytes, longest);
        if (symbols <= kMaxSourceSymbols)
            return ObjectShape{whole_grains(symbols_of(bytes, symbols) + kSymbolGrain - 1),
                               count};
    }
    return std::nullopt;
}

uint32_t symbols_to_send(uint32_t needed, double loss)
{
    auto sent = uint32_t(double(needed) / (1 - loss));
    while (share_complete(sent, sent - needed, loss) < kCompleteShare)
        ++sent;
    return sent;
}

unsigned copies_to_send(double loss)
{
    unsigned copies = 1;
    constexpr double kMayBeLost = (1 - kCompleteShare) * (1 + 1e-6); // 0.1^4 is as good
    for (double all_lost = loss; all_lost > kMayBeLost && copies < kMaxCopies; all_lost *= loss)
        ++copies;
    return copies;
}

} // namespace depinsat::link
