#include "space/satellite.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace depinsat::space {
namespace {

constexpr auto kStatusEvery = std::chrono::seconds(1);

std::filesystem::path draft_of(std::filesystem::path status_file)
{
    return status_file += ".new";
}

} // namespace

nlohmann::json Satellite::status() const
{
    nlohmann::json stations = nlohmann::json::array();
    for (const auto& s : stations_)
        stations.push_back({{"name", s.name},
                            {"present", s.present},
                            {"starts", s.starts},
                            {"samples_in", s.samples_in},
                            {"zeros", s.zeros},
                            {"late", s.late},
                            {"refused", s.refused},
                            {"samples_out", s.samples_out},
                            {"dropped", s.dropped}});
    nlohmann::json paths = nlohmann::json::array();
    for (size_t i = 0; i < plan_.paths.size(); ++i) {
        const auto& p = plan_.paths[i];
        paths.push_back({{"from", plan_.stations[p.from].name},
                         {"to", plan_.stations[p.to].name},
                         {"delay_ms", p.delay_ms},
                         {"measured_delay_s", nullptr},
                         {"offset_hz", p.offset_hz}});
        if (delays_s_[i])
            paths.back()["measured_delay_s"] = *delays_s_[i];
    }
    return {{"sample_rate_hz", plan_.sample_rate_hz},
            {"samples", transponder_.now()},
            {"clock_slips", clock_slips_},
            {"malformed", malformed_},
            {"unknown", unknown_},
            {"stations", stations},
            {"paths", paths}};
}

void Satellite::check_status_file() const
{
    if (!plan_.status_file)
        return;
    std::ofstream file(draft_of(*plan_.status_file));
    if (!file)
        throw std::runtime_error("status_file: " + plan_.status_file->string() +
                                 ": cannot be written: " + std::strerror(errno));
}

// By a new file and a rename, so that a reader never sees half of it.
void Satellite::write_status()
{
    next_status_ = Clock::now() + kStatusEvery;
    if (!plan_.status_file)
        return;
    const auto draft = draft_of(*plan_.status_file);
    std::ofstream(draft) << status().dump() << '\n';
    std::error_code ignored; // a full disk must not stop the stations
    std::filesystem::rename(draft, *plan_.status_file, ignored);
}

} // namespace depinsat::space
