#include "depinsat/framing/modcod.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace depinsat::framing {
namespace {

const Modcod* row_of(std::span<const Modcod> rows, std::string_view name, FrameSize size)
{
    const auto found = std::ranges::find_if(rows, [&](const Modcod& modcod) {
        return modcod.name == name && modcod.frame_size == size;
    });
    return found == rows.end() ? nullptr : &*found;
}

std::string names_of(FrameSize size)
{
    std::string names;
    for (const auto rows : {modcods(), vlsnr_modcods()})
        for (const Modcod& modcod : rows)
            if (modcod.frame_size == size)
                names.append(names.empty() ? "" : ", ").append(modcod.name);
    return names;
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

const Modcod* look_up_modcod(std::string_view name, FrameSize size)
{
    const Modcod* found = row_of(modcods(), name, size);
    return found ? found : row_of(vlsnr_modcods(), name, size);
}

const Modcod& find_modcod(std::string_view name, FrameSize size)
{
    if (const Modcod* found = look_up_modcod(name, size))
        return *found;
    throw std::invalid_argument("unknown MODCOD \"" + std::string(name) + "\" for " +
                                std::string(to_string(size)) +
                                " frames; allowed: " + names_of(size));
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
