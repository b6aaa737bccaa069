#include "bridge/tun/protocol.h"

#include "bridge/bytes_of_a_turn.h"
#include "bridge/messages.h"
#include "bridge/tun/device.h"
#include "bridge/tun/policy.h"

#include <algorithm>
#include <map>

namespace depinsat::bridge::tun {
namespace {

/// IP packets between the interface and the other stations, one message each, sent once and
/// with whatever room the other classes leave.
class Tun : public Protocol
{
public:
    explicit Tun(const BridgeContext& context)
        : config_(*context.station.tun),
          link_(context.link),
          device_(context.io, config_),
          max_waiting_(config_.max_waiting_bytes.value_or(
              std::clamp<uint64_t>(bytes_of_a_turn(context.station), 65'536, 1 << 24)))
    {
        const auto count = [&](const char* fate, const uint64_t& value) {
            context.metrics.counter("depinsat_tun_packets_total",
                                    "IP packets of the TUN interface", {{"fate", fate}},
                                    [&value] { return double(value); });
        };
        count("sent", counters_.sent);
        count("received", counters_.received);
        count("refused", counters_.refused);
        count("no_station", counters_.none);
        count("crowded_out", counters_.crowded_out);
        count("not_taken", counters_.not_taken);
    }

    void start() override
    {
        link_.receive_kind(
            kTunPacket, [this](const auto& peer, auto bytes) { take_from_link(peer, bytes); });
        device_.start([this](auto bytes) { take_from_device(bytes); });
    }

    nlohmann::json status() const override
    {
        return {{"device", config_.device},        {"sent", counters_.sent},
                {"received", counters_.received},  {"refused", counters_.refused},
                {"no_station", counters_.none},    {"crowded_out", counters_.crowded_out},
                {"not_taken", counters_.not_taken}};
    }

private:
    struct Counters {
        uint64_t sent = 0, received = 0; ///< packets
        uint64_t refused = 0;            ///< by the rules, of foreign addresses, no IP packets
        uint64_t none = 0;               ///< no station that is up has the address
        uint64_t crowded_out = 0;        ///< too many wait already
        uint64_t not_taken = 0;          ///< by the machine
    };

    const link::PublicKey* way_to(const config::IpAddress&) const;
    bool may_come_from(const link::PublicKey& peer, const IpPacket&) const;
    void take_from_device(std::span<const uint8_t>);
    void take_from_link(const link::PublicKey& peer, std::span<const uint8_t>);

    const config::TunBridge& config_;
    LinkDriver& link_;
    Device device_;
    const size_t max_waiting_;
    std::map<link::PublicKey, size_t> waiting_; ///< bytes for each station
    Counters counters_;
};

const link::PublicKey* Tun::way_to(const config::IpAddress& address) const
{
    if (const auto* station = station_of(address, config_.stations))
        return link_.peer_is_up(station->station) ? &station->station : nullptr;
    return link_.first_up(config_.gateways);
}

/// A user may only speak for its own addresses; gateways for the rest of the world.
bool Tun::may_come_from(const link::PublicKey& peer, const IpPacket& packet) const
{
    if (std::ranges::count(config_.gateways, peer))
        return true;
    const auto found = std::ranges::find(config_.stations, peer, &config::TunStation::station);
    return found != config_.stations.end() && is_of(packet.source, *found);
}

void Tun::take_from_device(std::span<const uint8_t> bytes)
{
    const auto packet = parse_ip_packet(bytes);
    if (!packet || !may_pass(*packet, config_)) {
        ++counters_.refused;
        return;
    }
    const auto* peer = way_to(packet->destination);
    if (!peer) {
        ++counters_.none;
        return;
    }
    size_t& waiting = waiting_[*peer];
    if (waiting + bytes.size() > max_waiting_) {
        ++counters_.crowded_out;
        return;
    }
    link::Message message{link::Class::kBulk, kTunPacket, {bytes.begin(), bytes.end()}};
    message.reliable = false;
    const auto done = [&waiting, size = bytes.size()](link::Outcome) {
        waiting -= size;
    };
    if (!link_.send(*peer, std::move(message), config_.lifetime, done)) {
        ++counters_.crowded_out;
        return;
    }
    waiting += bytes.size();
    ++counters_.sent;
}

void Tun::take_from_link(const link::PublicKey& peer, std::span<const uint8_t> bytes)
{
    const auto packet = parse_ip_packet(bytes);
    if (!packet || !may_pass(*packet, config_) || !may_come_from(peer, *packet)) {
        ++counters_.refused;
        return;
    }
    ++(device_.write(bytes) ? counters_.received : counters_.not_taken);
}

} // namespace

std::unique_ptr<Protocol> make_protocol(const BridgeContext& context)
{
    if (!context.station.tun)
        return nullptr;
    std::unique_ptr<Protocol> protocol;
    for_key("bridge.tun.device", [&] { protocol = std::make_unique<Tun>(context); });
    return protocol;
}

} // namespace depinsat::bridge::tun
