#pragma once

/// What a status of HTTP says of its message (RFC 9110, clauses 6.4.1 and 15).
namespace depinsat::bridge {

/// Whether it ends a request.
constexpr bool is_final_status(unsigned status)
{
    return status >= 200 && status <= 599;
}

/// Whether a reply of this status never has a body.
constexpr bool has_no_body(unsigned status)
{
    return status < 200 || status == 204 || status == 304;
}

} // namespace depinsat::bridge
