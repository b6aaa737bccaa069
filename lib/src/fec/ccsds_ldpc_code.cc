#include "depinsat/fec/ccsds_ldpc_code.h"

#include "fec/find_code.h"

namespace depinsat::fec {

const CcsdsLdpcCode& find_ccsds_ldpc_code(std::string_view name)
{
    return find_code(ccsds_ldpc_codes(), name, "CCSDS LDPC code");
}

} // namespace depinsat::fec
