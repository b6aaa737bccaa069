#include "ports/curve_gate.h"

#include <zmq_addon.hpp>

#include <csignal>
#include <cstring>

namespace depinsat::ports {
namespace {

constexpr const char* kZapEndpoint = "inproc://zeromq.zap.01";
constexpr const char* kDomain = "depinsat.modem";
/// ZMQ_ZAP_ENFORCE_DOMAIN of zmq.h's draft part, which every libzmq from 4.3.0 has: without a
/// handler nobody gets through. A library without it needs the gate until its sockets close.
constexpr int kZapEnforceDomain = 93;
constexpr int kRefusals = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                          ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;

/// Parts of a ZAP request, RFC 27.
enum ZapPart { kVersion, kRequestId, kDomainName, kAddress, kIdentity, kMechanism, kKey };

/// Of an endpoint that no other object has at the same time.
std::string own_name(const char* kind, const void* object)
{
    return std::string("inproc://depinsat.") + kind + '.' +
           std::to_string(reinterpret_cast<uintptr_t>(object));
}

/// Blocks every signal for the threads that are made meanwhile.
class SignalsBlocked
{
public:
    SignalsBlocked()
    {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_;
};

std::vector<zmq::message_t> receive(zmq::socket_t& socket)
{
    std::vector<zmq::message_t> parts;
    if (!zmq::recv_multipart(socket, std::back_inserter(parts), zmq::recv_flags::dontwait))
        parts.clear();
    return parts;
}

} // namespace

void use_curve(zmq::socket_t& socket, const Curve& curve)
{
    socket.set(zmq::sockopt::curve_publickey, zmq::buffer(curve.own.public_key));
    socket.set(zmq::sockopt::curve_secretkey, zmq::buffer(curve.own.secret_key));
    socket.set(zmq::sockopt::curve_serverkey, zmq::buffer(curve.peers.front()));
}

CurveGate::CurveGate(zmq::context_t& context,
                     const Curve& curve,
                     std::initializer_list<zmq::socket_ref> sockets)
    : peers_(curve.peers),
      stop_(context, zmq::socket_type::pair),
      stopped_(context, zmq::socket_type::pair),
      zap_(context, zmq::socket_type::rep)
{
    zap_.set(zmq::sockopt::linger, 0);
    zap_.bind(kZapEndpoint);
    const std::string stop = own_name("stop", this);
    stopped_.bind(stop);
    stop_.connect(stop);
    for (const zmq::socket_ref socket : sockets)
        guard(context, curve, socket);
    const SignalsBlocked blocked;
    thread_ = std::thread([this] { run(); });
}

CurveGate::~CurveGate()
{
    // A monitor waits for its reader: it ends first.
    for (zmq::socket_ref socket : guarded_)
        zmq_socket_monitor(socket.handle(), nullptr, 0);
    stop_.send(zmq::message_t(), zmq::send_flags::none);
    thread_.join();
}

void CurveGate::guard(zmq::context_t& context, const Curve& curve, zmq::socket_ref socket)
{
    socket.set(zmq::sockopt::curve_server, true);
    socket.set(zmq::sockopt::curve_secretkey, zmq::buffer(curve.own.secret_key));
    socket.set(zmq::sockopt::zap_domain, kDomain);
    const int enforce = 1;
    zmq_setsockopt(socket.handle(), kZapEnforceDomain, &enforce, sizeof(enforce));
    const std::string name = own_name("news", socket.handle());
    if (zmq_socket_monitor(socket.handle(), name.c_str(), kRefusals) != 0)
        throw zmq::error_t();
    guarded_.push_back(socket);
    news_.emplace_back(context, zmq::socket_type::pair);
    news_.back().connect(name);
}

void CurveGate::run()
{
    std::vector<zmq::pollitem_t> items{{stopped_.handle(), 0, ZMQ_POLLIN, 0},
                                       {zap_.handle(), 0, ZMQ_POLLIN, 0}};
    for (auto& news : news_)
        items.push_back({news.handle(), 0, ZMQ_POLLIN, 0});
    for (;;) {
        // Raw: an interruption is no error here, and the end of the context is an end.
        if (zmq_poll(items.data(), int(items.size()), -1) < 0) {
            if (zmq_errno() == EINTR)
                continue;
            return;
        }
        if (items[0].revents)
            return;
        if (items[1].revents)
            answer();
        for (size_t i = 0; i < news_.size(); ++i)
            if (items[2 + i].revents && !receive(news_[i]).empty())
                ++refused_;
    }
}

bool CurveGate::is_peer(const std::vector<zmq::message_t>& request) const
{
    if (request.size() != kKey + 1 || request[kMechanism].to_string_view() != "CURVE" ||
        request[kDomainName].to_string_view() != kDomain ||
        request[kKey].size() != sizeof(CurveKey))
        return false;
    for (const CurveKey& peer : peers_)
        if (std::memcmp(peer.data(), request[kKey].data(), peer.size()) == 0)
            return true;
    return false;
}

void CurveGate::answer()
{
    const auto request = receive(zap_);
    if (request.empty())
        return;
    const bool good = is_peer(request);
    const std::string id = request.size() > kRequestId ? request[kRequestId].to_string() : "";
    const std::string_view parts[] = {
        "1.0", id, good ? "200" : "400", good ? "" : "no key of curve_peer_keys", "", ""};
    for (size_t i = 0; i < std::size(parts); ++i)
        zap_.send(zmq::buffer(parts[i]), (i + 1 < std::size(parts) ? zmq::send_flags::sndmore
                                                                   : zmq::send_flags::none) |
                                             zmq::send_flags::dontwait);
}

} // namespace depinsat::ports
