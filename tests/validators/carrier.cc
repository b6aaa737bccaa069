#include "validators/carrier.h"

#include <algorithm>

namespace depinsat::test {
namespace {

using namespace std::chrono_literals;

constexpr Time kLead = 5ms;
constexpr Time kTelemetry = 100ms;
constexpr double kEsN0Db = 9;

} // namespace

CarrierEnd::CarrierEnd(Events& events,
                       const CarrierSettings& settings,
                       bool initiator,
                       const link::KeyPair& keys,
                       const link::PublicKey& peer,
                       uint64_t seed)
    : events_(events), settings_(settings), random_(seed)
{
    link::LinkConfig config;
    config.initiator = initiator;
    config.one_way_delay = std::chrono::ceil<Milliseconds>(settings.delay);
    config.max_frame_time = std::chrono::ceil<Milliseconds>(frame_time());
    // As the daemon (bridge/link_driver.cc) without ACM.
    config.keep_alive =
        std::max<Milliseconds>({2 * config.one_way_delay, 500ms, 80 * config.max_frame_time});
    config.reception_linger = 0s;
    next_slot_ = Time(int64_t(random_() % uint64_t(frame_time().count())));
    link_.reset(new link::Link(config, keys, std::span(&peer, 1), *this, store_));
}

void CarrierEnd::connect(CarrierEnd& other, OnMessage on_message, OnPeer on_peer)
{
    other_ = &other;
    on_message_ = std::move(on_message);
    on_peer_ = std::move(on_peer);
    hear();
    touched();
}

/// As often as a modem's telemetry.
void CarrierEnd::hear()
{
    link_->hear(kEsN0Db, events_.now());
    events_.at(events_.now() + kTelemetry, [this] { hear(); });
}

bool CarrierEnd::send(const link::PublicKey& peer,
                      link::Message message,
                      Milliseconds lifetime,
                      Done done)
{
    Load& load = sent_[message.kind];
    ++load.messages;
    load.bytes += message.bytes.size();
    const auto id =
        link_->send(peer, std::move(message), events_.now(), events_.now() + Time(lifetime));
    if (id != 0 && done)
        waiting_.emplace(id, std::move(done));
    events_.at(events_.now(), [this] { touched(); });
    return id != 0;
}

void CarrierEnd::on_message(const link::PublicKey& peer, const link::Message& message)
{
    events_.at(events_.now(), [this, peer, message] { on_message_(peer, message); });
}

void CarrierEnd::on_outcome(link::MessageId id, link::Outcome outcome)
{
    auto waiting = waiting_.extract(id);
    if (!waiting.empty())
        events_.at(events_.now(),
                   [done = std::move(waiting.mapped()), outcome] { done(outcome); });
}

void CarrierEnd::on_peer(const link::PublicKey& peer, bool up)
{
    events_.at(events_.now(), [this, peer, up] { on_peer_(peer, up); });
}

void CarrierEnd::receive(const std::vector<uint8_t>& frame)
{
    link_->receive(frame, events_.now());
    touched();
}

Time CarrierEnd::frame_time() const
{
    return Time(int64_t(8e9 * double(settings_.frame_bytes) / settings_.bits_per_second));
}

void CarrierEnd::touched()
{
    const Time fill = link_->next_fill();
    if (fill != Time::max()) {
        const Time wanted = std::max(fill, events_.now()) + kLead;
        while (next_slot_ < wanted)
            next_slot_ +=
                std::max<int64_t>((wanted - next_slot_) / frame_time(), 1) * frame_time();
        const Time at = next_slot_ - kLead;
        if (!modem_at_ || *modem_at_ > at) {
            modem_at_ = at;
            events_.at(at, [this, at] {
                if (modem_at_ == at)
                    ask();
            });
        }
    }
    const Time timer = std::max(link_->next_timer(), events_.now() + 1us);
    if (timer > 10'000h || (timer_at_ && *timer_at_ <= timer))
        return;
    timer_at_ = timer;
    events_.at(timer, [this, timer] {
        if (timer_at_ != timer)
            return;
        timer_at_.reset();
        link_->run_timers(events_.now());
        touched();
    });
}

void CarrierEnd::ask()
{
    modem_at_.reset();
    std::vector<uint8_t> frame(settings_.frame_bytes);
    const uint64_t sequence = ++sequence_;
    const Time slot = next_slot_;
    if (link_->fill(sequence, frame, events_.now()) > 0) {
        next_slot_ = slot + frame_time();
        events_.at(slot, [this, sequence, slot] {
            link_->sent(sequence, slot);
            touched();
        });
        const bool lost =
            silent_ || std::uniform_real_distribution<>()(random_) < settings_.loss;
        if (!lost)
            events_.at(slot + frame_time() + settings_.delay,
                       [this, frame = std::move(frame)] { other_->receive(frame); });
    }
    touched();
}

} // namespace depinsat::test
