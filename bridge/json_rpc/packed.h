#pragma once

#include "bridge/dictionaries/dictionaries.h"

#include <optional>
#include <string>
#include <string_view>

namespace depinsat::bridge::json_rpc {

/// Calls and results as they go over the link: CBOR with hexadecimal texts as bytes, or the
/// text itself where that would not come back as it was, packed with a dictionary. A CBOR map
/// and a text that is an object begin with different bytes.
///
/// @param dictionary  name; empty: none, for what outlives sessions.
Bytes pack_text(const Dictionaries&,
                const link::PublicKey& peer,
                const std::string& dictionary,
                std::string_view text);

/// @return nothing if it is malformed.
std::optional<std::string>
unpack_text(Dictionaries&, const link::PublicKey& peer, std::span<const uint8_t> packed);

/// The same of bytes that are unpacked already.
std::optional<std::string> text_of_packed(std::span<const uint8_t> bytes);

} // namespace depinsat::bridge::json_rpc
