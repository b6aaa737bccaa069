#include "config/station_sections.h"

#include <charconv>
#include <fstream>
#include <sstream>

namespace depinsat::config {
namespace {

using modulation::AmplifierPoint;

constexpr const char* kAllowed =
    "a list of 2 to 4096 points [input amplitude, output amplitude, phase in rad], or the path "
    "of a file with one \"input,output,phase\" a line";
constexpr double kMaxAmplitude = 1000, kMaxPhaseRad = 100;
constexpr size_t kMaxFileBytes = 1u << 20;

std::string_view trimmed(std::string_view text)
{
    const size_t first = text.find_first_not_of(" \t\r");
    return first == text.npos ? std::string_view{}
                              : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// The next number of a line up to its comma, or to its end.
std::optional<double> take_number(std::string_view& line, bool last)
{
    const size_t comma = line.find(',');
    if ((comma == line.npos) != last)
        return {};
    const std::string_view text = trimmed(line.substr(0, comma));
    line = last ? std::string_view{} : line.substr(comma + 1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        return {};
    return value;
}

std::optional<AmplifierPoint> point_of(std::string_view line)
{
    const auto input = take_number(line, false);
    const auto output = input ? take_number(line, false) : std::nullopt;
    const auto phase = output ? take_number(line, true) : std::nullopt;
    if (!phase)
        return {};
    return AmplifierPoint{*input, *output, *phase};
}

/// The whole file, if it can be read and is not too long.
std::optional<std::string> text_of(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in || std::filesystem::is_directory(file))
        return {};
    std::string text(kMaxFileBytes + 1, '\0');
    in.read(text.data(), std::streamsize(text.size()));
    text.resize(size_t(in.gcount()));
    if (in.bad() || text.size() > kMaxFileBytes)
        return {};
    return text;
}

std::vector<AmplifierPoint> read_file(const TomlSection& section, std::string_view key)
{
    const auto file = section.path(key);
    const auto text = text_of(file);
    if (!text)
        section.fail(key, "names " + file.string() + ", which cannot be read", kAllowed);
    std::vector<AmplifierPoint> points;
    std::istringstream lines(*text);
    unsigned number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        const std::string_view content =
            trimmed(std::string_view(line).substr(0, line.find('#')));
        if (content.empty())
            continue;
        const auto point = point_of(content);
        if (!point)
            section.fail(key, file.string() + ':' + std::to_string(number) + " is no point",
                         "input,output,phase: amplitudes, and a phase in rad");
        points.push_back(*point);
    }
    return points;
}

std::vector<AmplifierPoint> read_list(const TomlSection& section, std::string_view key)
{
    std::vector<AmplifierPoint> points;
    for (const auto& row : section.rows(key, 3, kAllowed))
        points.push_back({row[0], row[1], row[2]});
    return points;
}

/// Beyond these a file is in other units (degrees, dBm), which nothing else would tell.
void check_units(const TomlSection& section,
                 std::string_view key,
                 const std::vector<AmplifierPoint>& points)
{
    for (const auto& point : points)
        if (!(point.input <= kMaxAmplitude && point.output <= kMaxAmplitude &&
              point.phase_rad >= -kMaxPhaseRad && point.phase_rad <= kMaxPhaseRad))
            section.fail(key, "holds a value out of range",
                         "amplitudes from 0 to 1000, relative to a signal of mean power 1, and "
                         "phases in rad from -100 to 100");
}

} // namespace

void read_predistortion(const TomlSection& section, Transmit& transmit)
{
    constexpr std::string_view kKey = "predistortion";
    if (!section.has(kKey)) {
        if (section.has("predistortion_gain"))
            section.fail("predistortion_gain", "is of no use without predistortion");
        return;
    }
    transmit.predistortion =
        section.is_text(kKey) ? read_file(section, kKey) : read_list(section, kKey);
    check_units(section, kKey, transmit.predistortion);
    transmit.predistortion_gain = section.number("predistortion_gain", 1e-3, 1e3, 1.0);
    try {
        modulation::Predistorter(transmit.predistortion, transmit.predistortion_gain);
    } catch (const std::invalid_argument& error) {
        section.fail(kKey, error.what(), kAllowed);
    }
}

} // namespace depinsat::config
