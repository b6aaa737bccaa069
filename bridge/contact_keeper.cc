#include "bridge/contact_keeper.h"

#include "config/station.h"

#include <spdlog/spdlog.h>

namespace depinsat::bridge {
namespace {

using namespace std::chrono_literals;

constexpr auto kInterval = 1s;

/// By so much less a clock only drifts.
constexpr link::Time kStep = 20ms;

} // namespace

ContactKeeper::ContactKeeper(asio::io_context& io,
                             const config::Station& station,
                             LinkDriver& link)
    : station_(station),
      link_(link),
      timer_(io),
      contacts_(config::read_schedule(station)),
      stamp_(stamp())
{}

void ContactKeeper::start()
{
    look();
}

std::optional<ContactKeeper::Stamp> ContactKeeper::stamp() const
{
    std::error_code error;
    const auto& file = station_.contacts->schedule;
    const auto written = std::filesystem::last_write_time(file, error);
    const auto bytes = error ? 0 : std::filesystem::file_size(file, error);
    return error ? std::nullopt : std::optional(Stamp{written, bytes});
}

void ContactKeeper::reread()
{
    stamp_ = stamp();
    try {
        contacts_ = config::read_schedule(station_);
        fault_.reset();
        told_.reset();
        spdlog::info("contacts.schedule: {} contacts", contacts_.size());
    } catch (const config::ConfigError& error) {
        fault_ = error.what();
        spdlog::error("contacts.schedule: {}; the contacts stay as they were", error.what());
    }
}

void ContactKeeper::look()
{
    if (stamp() != stamp_)
        reread();
    const auto unix_time = link_.unix_time();
    const link::Time offset = unix_time ? unix_time->at - now() : link::Time::zero();
    if (!told_ || std::chrono::abs(offset - *told_) >= kStep)
        tell(offset);
    timer_.expires_after(kInterval);
    timer_.async_wait([this](error_code error) {
        if (!error)
            look();
    });
}

void ContactKeeper::tell(link::Time unix_offset)
{
    told_ = unix_offset;
    for (const unsigned path : station_.contacts->paths) {
        std::vector<link::Contact> contacts;
        for (const config::Contact& contact : contacts_)
            if (contact.path == path)
                contacts.push_back(
                    {contact.start - unix_offset, contact.end - unix_offset, contact.station});
        link_.set_contacts(path, std::move(contacts));
    }
}

} // namespace depinsat::bridge
