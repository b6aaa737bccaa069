#include "bridge/split_tcp/connections.h"

#include "bridge/messages.h"

#include <algorithm>

namespace depinsat::bridge::split_tcp {
namespace {

constexpr std::chrono::seconds kOnItsWay{60};

} // namespace

Connections::Connections(asio::io_context& io,
                         LinkDriver& link,
                         const Limits& limits,
                         std::chrono::seconds hold,
                         size_t limit,
                         size_t limit_of_peer)
    : io_(io),
      link_(link),
      limits_(limits),
      hold_(hold),
      limit_(limit),
      limit_of_peer_(limit_of_peer)
{}

std::shared_ptr<Connection> Connections::add(const link::PublicKey& peer, uint32_t number)
{
    const Place place{peer, number};
    if (halves_.size() >= limit_ || of_peer_[peer] >= limit_of_peer_ || halves_.contains(place))
        return nullptr;
    Connection::Carrier carrier{[this, place](Body body, Connection::Delivered delivered) {
                                    return send(place, std::move(body), std::move(delivered));
                                },
                                [this, place] {
                                    end(place);
                                }};
    ++of_peer_[peer];
    return halves_[place] = std::make_shared<Connection>(io_, limits_, std::move(carrier));
}

std::shared_ptr<Connection> Connections::find(const link::PublicKey& peer,
                                              uint32_t number) const
{
    const auto found = halves_.find({peer, number});
    return found == halves_.end() ? nullptr : found->second;
}

void Connections::end(const Place& place)
{
    --of_peer_[place.first];
    ended_.emplace_back(place, now());
    if (ended_.size() > limit_)
        ended_.pop_front();
    halves_.erase(place); // last, since what calls this ends with it
}

bool Connections::ended_lately(const link::PublicKey& peer, uint32_t number) const
{
    return std::ranges::any_of(ended_, [&](const auto& one) {
        return one.first == Place{peer, number} && now() - one.second < kOnItsWay;
    });
}

void Connections::refuse(const link::PublicKey& peer, uint32_t number, Reason reason)
{
    send({peer, number}, Reset{reason}, [](bool) {});
}

void Connections::receive(std::function<void(const link::PublicKey&, Frame)> take)
{
    for (const uint8_t kind : {kTcpOpen, kTcpData, kTcpEnd, kTcpCredit, kTcpReset})
        link_.receive_kind(kind, [take, kind](const auto& peer, auto bytes) {
            if (auto frame = decode(kind, bytes))
                take(peer, std::move(*frame));
        });
}

bool Connections::send(const Place& place, Body body, Connection::Delivered delivered)
{
    const uint8_t kind = kind_of(body);
    link::Message message{link::Class::kInteractive, kind,
                          encode({place.second, std::move(body)})};
    return link_.send(place.first, std::move(message), hold_,
                      [delivered = std::move(delivered)](link::Outcome outcome) {
                          delivered(outcome == link::Outcome::kDone);
                      });
}

} // namespace depinsat::bridge::split_tcp
