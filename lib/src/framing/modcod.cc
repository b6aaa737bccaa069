#include "depinsat/framing/modcod.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace depinsat::framing {
namespace {

std::string names_of(std::span<const Modcod> rows, FrameSize size)
{
    std::string names;
    for (const Modcod& modcod : rows)
        if (modcod.frame_size == size)
            names.append(names.empty() ? "" : ", ").append(modcod.name);
    return names;
}

const Modcod& find(std::span<const Modcod> rows, std::string_view name, FrameSize size)
{
    const auto found = std::ranges::find_if(rows, [&](const Modcod& modcod) {
        return modcod.name == name && modcod.frame_size == size;
    });
    if (found != rows.end())
        return *found;
    const std::string allowed = names_of(rows, size);
    const std::string frames = std::string(to_string(size)) + " frames";
    throw std::invalid_argument(allowed.empty()
                                    ? "no MODCOD has " + frames
                                    : "unknown MODCOD \"" + std::string(name) + "\" for " +
                                          frames + "; allowed: " + allowed);
}

} // namespace

std::string_view to_string(FrameSize size)
{
    switch (size) {
    case FrameSize::kNormal:
        return "normal";
    case FrameSize::kMedium:
        return "medium";
    case FrameSize::kShort:
        return "short";
    }
    return "invalid";
}

const Modcod& find_modcod(std::string_view name, FrameSize size)
{
    return find(modcods(), name, size);
}

const Modcod& find_vlsnr_modcod(std::string_view name, FrameSize size)
{
    return find(vlsnr_modcods(), name, size);
}

const Modcod* modcod_of_pls_code(uint8_t pls_code)
{
    const uint8_t without_pilots = pls_code & ~1;
    const auto found = std::ranges::find(modcods(), without_pilots, &Modcod::pls_code);
    return found == modcods().end() ? nullptr : &*found;
}

std::optional<double> required_es_n0_db(const Modcod& modcod)
{
    if (std::isfinite(modcod.ideal_esn0_db))
        return modcod.ideal_esn0_db;
    if (modcod.frame_size != FrameSize::kShort)
        return std::nullopt;
    for (const auto& other : modcods())
        if (other.name == modcod.name && other.frame_size == FrameSize::kNormal &&
            std::isfinite(other.ideal_esn0_db))
            return other.ideal_esn0_db + kShortFrameLossDb;
    return std::nullopt;
}

} // namespace depinsat::framing
