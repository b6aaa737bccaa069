#pragma once

#include "config/station.h"

/// Readers of the parts of station.toml, for station.cc.
namespace depinsat::config {

template <class T, size_t N>
using Names = std::array<std::pair<std::string_view, T>, N>;

/// One word of a-z, 0-9 and "-": it becomes part of paths.
std::string read_word(const TomlSection&, std::string_view key);

/// A ZeroMQ endpoint, if there is one.
std::optional<std::string> read_endpoint(const TomlSection&, std::string_view key);

Waveform read_waveform(const TomlSection& file);
Radio read_radio(const TomlSection& file, const Waveform&);

/// @param station  with its waveform and radio.
Transmit read_transmit(const TomlSection& file, const Station& station);

/// The keys predistortion and predistortion_gain of [transmit].
void read_predistortion(const TomlSection& section, Transmit& transmit);

/// @param name  of the station.
Modem read_modem(const TomlSection& file, const std::string& name);

} // namespace depinsat::config
