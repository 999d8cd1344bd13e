/** The certificate of the cluster's authority, see src/lib/certificates/authority.ts: as every namespace's kube-root-ca.crt has it. Nothing here speaks TLS, and nobody is to trust it. */
export const rootCertificate = `-----BEGIN CERTIFICATE-----
MIIBdDCCARqgAwIBAgIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDAprdWJlcm5l
dGVzMCAXDTI1MDEwMTAwMDAwMFoYDzIxMjUwMTAxMDAwMDAwWjAVMRMwEQYDVQQD
DAprdWJlcm5ldGVzMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEgFTvb88TEMM3
q5CMM4sf7d03QmD8M6bFWofauAfHL29lLu7O6rSLugUb3bs1tYdeC8pRfX1wb7dn
GVVuewmiLqNZMFcwDgYDVR0PAQH/BAQDAgKkMA8GA1UdEwEB/wQFMAMBAf8wHQYD
VR0OBBYEFFb5gM08WDzA0roqBfVZU3AAr5s6MBUGA1UdEQQOMAyCCmt1YmVybmV0
ZXMwCgYIKoZIzj0EAwIDSAAwRQIhAIG0XcqaDNKLBdeOWm7W3L6S3t7hhDPZ108s
tnqpdVbpAiAvcoD38K+Suw6ysp+i7dHgqn0EhUHAs3SLFFvN/Pv2hw==
-----END CERTIFICATE-----
`;
