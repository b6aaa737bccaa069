#pragma once

#include <algorithm>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace depinsat::fec {

/// The row of that name.
/// @throws std::invalid_argument naming `kind` and the allowed values.
template <class Code>
const Code& find_code(std::span<const Code> codes, std::string_view name, std::string_view kind)
{
    const auto found = std::ranges::find(codes, name, &Code::name);
    if (found != codes.end())
        return *found;
    std::string message = "unknown ";
    message.append(kind).append(" \"").append(name).append("\"; allowed:");
    for (const Code& code : codes)
        message.append(&code == &codes.front() ? " " : ", ").append(code.name);
    throw std::invalid_argument(message);
}

} // namespace depinsat::fec
