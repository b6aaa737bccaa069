#include "bridge/link_driver.h"

#include "bridge/wall_clock.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace depinsat::bridge {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

link::Time wall_clock()
{
    return std::chrono::system_clock::now().time_since_epoch();
}

/// Signs of life are to take little of a link: with their answers a frame in so many, and less
/// than what they stand between.
constexpr int kFramesOfKeepAlive = 80;
constexpr std::chrono::milliseconds kLeastKeepAlive = 5s;

/// With several paths a lost one is to be known before it is needed.
constexpr std::chrono::milliseconds kLeastKeepAliveOfPaths{500};

static_assert(config::kMaxPaths == link::kMaxPaths);

link::LinkConfig link_config(const config::Station& station)
{
    link::LinkConfig config{.initiator = station.role == config::Role::kUser,
                            .delay_asymmetry = station.link_delay_asymmetry,
                            .reception_linger = 0s,
                            .max_journal_bytes = station.journal_max_bytes,
                            .started = now(),
                            .wall_started = wall_clock()};
    const auto least = station.paths.size() > 1 ? kLeastKeepAliveOfPaths : kLeastKeepAlive;
    for (const config::Path& path : station.paths) {
        const auto frame =
            std::chrono::ceil<std::chrono::milliseconds>(path.waveform.frame_time());
        config.paths.push_back({path.delay, frame, path.modem.lead});
        config.keep_alive =
            std::max({config.keep_alive, 2 * path.delay, least, kFramesOfKeepAlive * frame});
        if (path.waveform.acm)
            config.reception_linger = 10s;
    }
    return config;
}

} // namespace

link::Time now()
{
    return Clock::now().time_since_epoch();
}

std::chrono::milliseconds left_of(link::Time deadline)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(deadline - now());
}

LinkDriver::LinkDriver(asio::io_context& io,
                       const config::Station& station,
                       const link::KeyPair& keys,
                       link::Store& store)
    : io_(io),
      timer_(io),
      store_(store),
      link_(link_config(station), keys, station.peers, *this, store)
{
    for (const config::Path& path : station.paths)
        prefixes_.push_back(path.prefix());
    watchers_.resize(station.paths.size());
}

// The clock may be set at any time: so whenever the timers run, once a second at least.
void LinkDriver::tell_wall_clock()
{
    const WallTime wall = wall_time();
    link_.set_wall_clock(wall.unix_time, wall.error, now());
}

void LinkDriver::start()
{
    tell_wall_clock();
    arm_timer();
}

bool LinkDriver::send(const link::PublicKey& peer,
                      link::Message message,
                      std::chrono::milliseconds lifetime,
                      OutcomeHandler done,
                      AcceptedHandler accepted,
                      link::Refusal* why)
{
    const link::Time time = now();
    const bool keyed = message.key.has_value();
    const auto id = link_.send(peer, std::move(message), time, time + lifetime, why);
    if (id != 0 && done)
        waiting_.emplace(id, std::move(done));
    if (id != 0 && accepted) {
        accepted_.push_back(std::move(accepted));
        commit_soon();
    } else if (id != 0 && keyed) {
        store_.commit();
    }
    // The link may be in the middle of a call of ours, as when a message is answered at once.
    asio::post(io_, [this] { arm_timer(); });
    return id != 0;
}

void LinkDriver::taken(const link::PublicKey& peer, const link::MessageKey& key)
{
    link_.taken(peer, key);
    commit_soon();
}

size_t LinkDriver::drop(const link::MessageKey& key)
{
    const size_t dropped = link_.drop(key);
    store_.commit();
    return dropped;
}

void LinkDriver::commit()
{
    store_.commit();
    for (auto& accepted : std::exchange(accepted_, {}))
        accepted();
}

/// Behind all that is ready in the event loop now, so that one write to disk serves all of it.
void LinkDriver::commit_soon()
{
    if (std::exchange(commit_posted_, true))
        return;
    asio::post(io_, [this] {
        commit_posted_ = false;
        commit();
    });
}

const link::PublicKey* LinkDriver::first_up(const std::vector<link::PublicKey>& stations) const
{
    const auto up = std::ranges::find_if(
        stations, [this](const link::PublicKey& station) { return peer_is_up(station); });
    return up == stations.end() ? nullptr : &*up;
}

const link::PublicKey& LinkDriver::preferred(const std::vector<link::PublicKey>& stations) const
{
    const auto* up = first_up(stations);
    return up ? *up : stations.front();
}

size_t
LinkDriver::fill(uint64_t sequence, std::span<uint8_t> data_field, const link::Slot& slot)
{
    const size_t used = link_.fill(sequence, data_field, now(), slot);
    arm_timer();
    return used;
}

void LinkDriver::sent(uint64_t sequence, unsigned path)
{
    link_.sent(sequence, now(), path);
    arm_timer();
}

void LinkDriver::not_sent(uint64_t sequence, unsigned path)
{
    link_.not_sent(sequence, now(), path);
    arm_timer();
}

void LinkDriver::not_reported(uint64_t sequence, unsigned path)
{
    link_.not_reported(sequence, now(), path);
    arm_timer();
}

void LinkDriver::receive(std::span<const uint8_t> data_field, unsigned path)
{
    link_.receive(data_field, now(), path);
    arm_timer();
}

void LinkDriver::set_contacts(unsigned path, std::vector<link::Contact> contacts)
{
    link_.set_contacts(path, std::move(contacts), now());
    arm_timer();
}

void LinkDriver::arm_timer()
{
    // At most a second, so that a link whose next_timer() moves is asked again; never at once,
    // so that others in the loop have their turn.
    const link::Time time = now();
    const link::Time due = std::clamp<link::Time>(link_.next_timer(), time + 1ms, time + 1s);
    timer_.expires_at(Clock::time_point(due));
    timer_.async_wait([this](error_code error) {
        if (error)
            return;
        tell_wall_clock();
        link_.run_timers(now());
        commit(); // what ended, also when no frame is asked for
        arm_timer();
    });
}

void LinkDriver::on_message(const link::PublicKey& peer, const link::Message& message)
{
    const auto receiver = receivers_.find(message.kind);
    const auto keyed = keyed_receivers_.find(message.kind);
    if (message.key && keyed != keyed_receivers_.end())
        keyed->second(peer, *message.key, message.bytes);
    else if (message.key)
        spdlog::warn("message of kind {} stays in the journal: no bridge takes it",
                     message.kind);
    else if (receiver != receivers_.end())
        receiver->second(peer, message.bytes);
    else if (std::has_single_bit(++unclaimed_)) // ever more rarely: a peer fills no disk
        spdlog::warn("message of kind {} dropped: no bridge takes it ({} so far)", message.kind,
                     unclaimed_);
}

void LinkDriver::on_group_message(link::GroupId group,
                                  const link::PublicKey& sender,
                                  const link::Message& message)
{
    const auto receiver = group_receivers_.find(message.kind);
    if (receiver != group_receivers_.end())
        receiver->second(group, sender, message);
    else if (std::has_single_bit(++unclaimed_))
        spdlog::warn("message of kind {} to a group dropped: no bridge takes it ({} so far)",
                     message.kind, unclaimed_);
}

bool LinkDriver::send_group(link::GroupId group,
                            link::Message message,
                            std::chrono::milliseconds lifetime,
                            OutcomeHandler done)
{
    const link::Time time = now();
    const auto id = link_.send_group(group, std::move(message), time, time + lifetime);
    if (id != 0 && done)
        waiting_.emplace(id, std::move(done));
    asio::post(io_, [this] { arm_timer(); });
    return id != 0;
}

void LinkDriver::on_outcome(link::MessageId id, link::Outcome outcome)
{
    auto waiting = waiting_.extract(id);
    if (waiting.empty())
        return;
    asio::post(io_, [done = std::move(waiting.mapped()), outcome] { done(outcome); });
}

void LinkDriver::on_peer(const link::PublicKey& peer, bool up)
{
    spdlog::info("peer {} is {}", config::to_base64(peer), up ? "up" : "down");
    if (watchers_.size() == 1 && watchers_[0].on_path)
        watchers_[0].on_path(peer, up);
    for (const auto& handler : peer_handlers_)
        handler(peer, up);
}

// Told only where there are several.
void LinkDriver::on_path(const link::PublicKey& peer, unsigned path, bool up)
{
    spdlog::info("{}peer {} is {}", prefixes_[path], config::to_base64(peer),
                 up ? "up" : "down");
    if (watchers_[path].on_path)
        watchers_[path].on_path(peer, up);
}

void LinkDriver::on_reception(const link::PublicKey& peer, double es_n0_db, unsigned path)
{
    if (watchers_[path].on_reception)
        watchers_[path].on_reception(peer, es_n0_db);
}

} // namespace depinsat::bridge
