#include "bridge/status.h"

namespace depinsat::bridge {
namespace {

using link::LinkStats;

struct LinkRow {
    const char* name;
    const char* help;
    uint64_t LinkStats::*value;
};

constexpr LinkRow kLinkRows[] = {
    {"packet_bytes_sent", "Bytes of packets sent over the air", &LinkStats::packet_bytes_sent},
    {"packet_bytes_received", "Bytes of authentic packets", &LinkStats::packet_bytes_received},
    {"frames_filled", "Frames filled with packets", &LinkStats::frames_filled},
    {"frames_received", "Frames that held an authentic packet", &LinkStats::frames_received},
    {"segments_sent", "Segments sent, repeats included", &LinkStats::segments_sent},
    {"segments_repeated", "Segments sent again", &LinkStats::segments_repeated},
    {"messages_sent", "Messages taken from the bridges", &LinkStats::messages_sent},
    {"messages_refused", "Messages not taken", &LinkStats::messages_refused},
    {"messages_delivered", "Messages acknowledged by peers", &LinkStats::messages_delivered},
    {"messages_received", "Messages received whole", &LinkStats::messages_received},
    {"messages_late", "Messages whose deadline came first", &LinkStats::messages_late},
    {"duplicates", "Segments received again", &LinkStats::duplicates},
    {"rejected_packets", "Packets not authentic, replayed or malformed",
     &LinkStats::rejected_packets},
};

struct FrameRow {
    const char* outcome;
    uint64_t FrameCounters::*value;
};

constexpr FrameRow kFrameRows[] = {
    {"filled", &FrameCounters::filled}, {"sent", &FrameCounters::sent},
    {"late", &FrameCounters::late},     {"received", &FrameCounters::received},
    {"failed", &FrameCounters::failed}, {"foreign", &FrameCounters::foreign},
};

struct BridgeRow {
    const char* name;
    const char* help;
    uint64_t BridgeCounters::*value;
};

constexpr BridgeRow kBridgeRows[] = {
    {"requests", "Requests that went, or were to go, over the link", &BridgeCounters::requests},
    {"answers", "Requests answered by the far end", &BridgeCounters::answers},
    {"errors", "Requests answered by an error of this station", &BridgeCounters::errors},
};

/// Where there are several paths each has its label.
void add_modem(const ModemServer& modem, Metrics& metrics)
{
    const auto labels = [&](Metrics::Labels all) {
        if (!modem.path().name.empty())
            all.emplace("path", modem.path().name);
        return all;
    };
    for (const auto& row : kFrameRows)
        metrics.counter("depinsat_modem_frames_total", "Frames between daemon and modem",
                        labels({{"outcome", row.outcome}}),
                        [&modem, &row] { return double(modem.frames().*row.value); });
    const auto telemetry = [&](const char* name, const char* help, auto value) {
        metrics.gauge(name, help, labels({}), [&modem, value] {
            return modem.telemetry() ? double(value(*modem.telemetry())) : 0.0;
        });
    };
    telemetry("depinsat_modem_locked", "Whether the receiver has lock",
              [](const auto& t) { return t.locked; });
    telemetry("depinsat_modem_snr_db", "Es/N0 of the receiver in dB",
              [](const auto& t) { return t.snr_db; });
    telemetry("depinsat_modem_cfo_hz", "Carrier frequency offset in Hz",
              [](const auto& t) { return t.cfo_hz; });
}

/// Whether the path of that modem leads to each peer.
void add_path(const ModemServer& modem, const StationState& state, Metrics& metrics)
{
    const LinkDriver& link = state.link;
    for (const auto& peer : state.station.peers)
        metrics.gauge("depinsat_path_up",
                      "Whether what is sent to the peer on the path arrives",
                      {{"path", modem.path().name}, {"peer", config::to_base64(peer)}},
                      [&link, peer, number = modem.number()] {
                          return double(link.path_state(peer, number).up);
                      });
}

} // namespace

void add_station_metrics(const StationState& state, Metrics& metrics)
{
    const LinkDriver& link = state.link;
    for (const auto& row : kLinkRows)
        metrics.counter(std::string("depinsat_link_") + row.name + "_total", row.help, {},
                        [&link, &row] { return double(link.stats().*row.value); });
    for (const auto& peer : state.station.peers)
        metrics.gauge("depinsat_peer_up", "Whether there is a session with the peer",
                      {{"peer", config::to_base64(peer)}},
                      [&link, peer] { return double(link.peer_is_up(peer)); });
    for (const auto& modem : state.modems) {
        add_modem(*modem, metrics);
        if (state.modems.size() > 1)
            add_path(*modem, state, metrics);
    }
    const BridgeCounters& counters = state.counters;
    for (const auto& row : kBridgeRows)
        metrics.counter(std::string("depinsat_bridge_") + row.name + "_total", row.help, {},
                        [&counters, &row] { return double(counters.*row.value); });
    metrics.gauge("depinsat_bridge_in_flight", "Requests not answered yet", {},
                  [&counters] { return double(counters.in_flight); });
}

} // namespace depinsat::bridge
