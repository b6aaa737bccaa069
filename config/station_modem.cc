#include "config/station_sections.h"

#include <algorithm>
#include <utility>

namespace depinsat::config {
namespace {

constexpr const char* kCurveKeys =
    "public keys in Z85, as `depinsat keygen --curve` prints them";

void read_curve(const TomlSection& section, Modem& modem)
{
    if (!section.has("curve_key_file")) {
        if (section.has("curve_peer_keys"))
            section.fail("curve_peer_keys", "is of no use without curve_key_file");
        return;
    }
    modem.curve_key_file = section.path("curve_key_file");
    if (!section.has("curve_peer_keys"))
        section.fail("curve_peer_keys", "is missing, and there is a curve_key_file",
                     kCurveKeys);
    for (const auto& text : section.texts("curve_peer_keys")) {
        const auto key = ports::from_z85(text);
        if (!key)
            section.fail("curve_peer_keys",
                         "holds \"" + text.substr(0, 60) + "\", which is no CURVE public key",
                         kCurveKeys);
        if (std::ranges::count(modem.curve_peer_keys, *key))
            section.fail("curve_peer_keys", "holds " + text + " twice");
        modem.curve_peer_keys.push_back(*key);
    }
    if (modem.curve_peer_keys.empty())
        section.fail("curve_peer_keys", "is empty", kCurveKeys);
}

/// CURVE guards TCP: what goes to another machine has it, and what has it goes by TCP.
std::string read_port(const TomlSection& section,
                      std::string_view key,
                      const std::string& socket,
                      const std::string& name,
                      Modem& modem)
{
    const auto given = read_endpoint(section, key);
    if (modem.curve_key_file) {
        if (!given || !given->starts_with("tcp://"))
            section.fail(key,
                         given ? "is not for CURVE, and there is a curve_key_file"
                               : "is missing, and there is a curve_key_file",
                         "tcp://ADDRESS:PORT");
        return *given;
    }
    if (given && !is_local_endpoint(*given))
        section.fail(key, "is not of this machine; curve_key_file is missing",
                     "ipc:///PATH, tcp://127.0.0.1:PORT; with curve_key_file and "
                     "curve_peer_keys tcp://ADDRESS:PORT");
    if (given)
        return *given;
    modem.runtime_directory = runtime_directory(name);
    const std::string standard = "ipc://" + (*modem.runtime_directory / socket).string();
    if (const auto fault = endpoint_fault(standard); !fault.empty())
        section.fail(key, fault + " (" + standard + ')');
    return standard;
}

} // namespace

Modem read_modem(const TomlSection& file,
                 const std::string& station,
                 const std::string& path,
                 std::vector<std::string>& taken)
{
    const auto section =
        file.section("modem", {"lead_ms", "cores", "tx_endpoint", "rx_endpoint",
                               "telemetry_endpoint", "curve_key_file", "curve_peer_keys"});
    Modem modem;
    modem.lead = std::chrono::milliseconds(section.integer("lead_ms", 1, 100, 5));
    modem.cores = unsigned(section.integer("cores", 1, 64, 1));
    read_curve(section, modem);
    for (const auto& [socket, endpoint] :
         {std::pair{"tx", &Modem::tx_endpoint}, std::pair{"rx", &Modem::rx_endpoint},
          std::pair{"telemetry", &Modem::telemetry_endpoint}}) {
        const std::string key = std::string(socket) + "_endpoint";
        const std::string file_name = path.empty() ? socket : path + '-' + socket;
        modem.*endpoint = read_port(section, key, file_name, station, modem);
        if (std::ranges::count(taken, modem.*endpoint))
            section.fail(key, "is used twice");
        taken.push_back(modem.*endpoint);
    }
    return modem;
}

} // namespace depinsat::config
