#include "depinsat/fec/ldpc_code.h"

#include "fec/find_code.h"

namespace depinsat::fec {

const LdpcCode& find_ldpc_code(std::string_view name)
{
    return find_code(ldpc_codes(), name, "LDPC code");
}

} // namespace depinsat::fec
