#include "bridge/daemon.h"
#include "bridge/group_handover.h"
#include "bridge/groups.h"
#include "bridge/key_file.h"

#include "config/station.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <sodium.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <iostream>
#include <string>

namespace {

using namespace depinsat;

constexpr int kFailed = 1;
constexpr int kBadInput = 2;

struct Options {
    std::string config;
    std::string generate_key, public_key, sender, generate_group_key, generate_curve_key,
        curve_public_key;
    std::string wrap_group_key, unwrap_group_key, key, station, wrapped;
    bool check = false, print_config = false;
};

// What goes with wrapped keys.
void declare_handover(CLI::App& app, Options& options)
{
    auto* wrap = app.get_option("--wrap-group-key");
    auto* unwrap = app.get_option("--unwrap-group-key");
    auto* config = app.get_option("--config");
    auto* key = app.add_option("--key", options.key, "This station's key file");
    auto* station = app.add_option("--station", options.station,
                                   "Public key of the other one: for whom, or by whom");
    auto* wrapped = app.add_option("--wrapped", options.wrapped, "What the other one sent");
    wrap->needs(key, station);
    unwrap->needs(key, station, wrapped);
    wrapped->needs(unwrap);
    key->excludes(config);
    station->excludes(config);
}

void declare(CLI::App& app, Options& options)
{
    app.set_version_flag("--version", DEPINSAT_VERSION);
    auto* config = app.add_option("--config", options.config, "Run the station of this file");
    app.add_flag("--check", options.check, "Check the file and its key, and end")
        ->needs(config);
    app.add_flag("--print-config", options.print_config,
                 "Print every value in use as JSON, and end")
        ->needs(config);
    CLI::Option* alone[] = {
        app.add_option("--generate-key", options.generate_key,
                       "Make this key file and print its public key"),
        app.add_option("--public-key", options.public_key,
                       "Print the public key of this key file"),
        app.add_option("--sender", options.sender,
                       "Print how others list the station of this key file as a sender"),
        app.add_option("--generate-group-key", options.generate_group_key,
                       "Make this key file of a group"),
        app.add_option("--wrap-group-key", options.wrap_group_key,
                       "Print the key of this file of a group, wrapped for one station"),
        app.add_option("--unwrap-group-key", options.unwrap_group_key,
                       "Make this key file of a group from a wrapped key"),
        app.add_option("--generate-curve-key", options.generate_curve_key,
                       "Make this CURVE key file of a modem port and print its public key"),
        app.add_option("--curve-public-key", options.curve_public_key,
                       "Print the public key of this CURVE key file")};
    for (auto* one : alone) {
        one->excludes(config);
        for (auto* other : alone)
            if (other != one)
                one->excludes(other);
    }
    declare_handover(app, options);
    app.require_option(1, 4);
}

void print_key(const link::KeyPair& keys)
{
    std::cout << config::to_base64(keys.public_key) << '\n';
}

void print_key(const ports::CurveKeyPair& keys)
{
    std::cout << ports::to_z85(keys.public_key) << '\n';
}

/// @return whether that was asked for.
bool hand_over(const Options& options)
{
    std::string said; // nothing of it before all has gone well
    if (!options.wrap_group_key.empty())
        said =
            bridge::wrap_group_key_file(options.wrap_group_key, options.key, options.station);
    else if (!options.unwrap_group_key.empty())
        said =
            "wrapped at " + bridge::unwrap_group_key_file(options.unwrap_group_key, options.key,
                                                          options.station, options.wrapped);
    else
        return false;
    std::cout << said << '\n';
    return true;
}

int run(bridge::Daemon& daemon)
{
    try {
        daemon.run();
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "depinsatd: " << error.what() << '\n';
        return kFailed;
    }
}

int run(const Options& options)
{
    if (!options.generate_key.empty())
        return print_key(bridge::generate_key_file(options.generate_key)), 0;
    if (!options.public_key.empty())
        return print_key(bridge::load_key_file(options.public_key)), 0;
    if (!options.sender.empty())
        return std::cout << bridge::sender_text(bridge::load_key_file(options.sender)) << '\n',
               0;
    if (!options.generate_group_key.empty())
        return bridge::generate_group_key_file(options.generate_group_key), 0;
    if (hand_over(options))
        return 0;
    if (!options.generate_curve_key.empty())
        return print_key(ports::generate_curve_key_file(options.generate_curve_key)), 0;
    if (!options.curve_public_key.empty())
        return print_key(ports::load_curve_key_file(options.curve_public_key)), 0;
    if (options.config.empty())
        throw std::runtime_error("--key, --station: of no use without --wrap-group-key or "
                                 "--unwrap-group-key");
    config::Station station = config::read_station(options.config);
    if (options.print_config) {
        std::cout << config::to_json(station).dump(2) << '\n';
        return 0;
    }
    std::optional<bridge::Daemon> daemon;
    try {
        const auto curves = bridge::load_curves(station);
        if (options.check) {
            bridge::load_groups(station, bridge::load_station_keys(station).own);
            if (station.contacts)
                config::read_schedule(station);
            return 0;
        }
        std::vector<ports::KeyFileLock> none_held;
        auto keys = bridge::take_station_keys(station, none_held);
        daemon.emplace(std::move(station), std::move(keys), curves, options.config);
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(options.config + ": " + error.what());
    }
    return run(*daemon);
}

} // namespace

int main(int argc, char** argv)
{
    ::umask(0077); // sockets and locks are this user's alone
    spdlog::set_default_logger(spdlog::stderr_color_mt("depinsatd"));
    Options options;
    CLI::App app("depinsatd: the daemon of a depinsat station");
    declare(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& done) {
        return app.exit(done);
    } catch (const CLI::ParseError& error) {
        std::cerr << "depinsatd: " << error.what() << "; see --help\n";
        return kBadInput;
    }
    if (sodium_init() < 0) {
        std::cerr << "depinsatd: libsodium does not start\n";
        return kFailed;
    }
    try {
        return run(options);
    } catch (const std::exception& error) {
        std::cerr << "depinsatd: " << error.what() << '\n';
        return kBadInput;
    }
}
