/** The certificate of the cluster's authority, as every namespace's kube-root-ca.crt has it. A public text: nothing here speaks TLS, and its key was thrown away. */
export const rootCertificate = `-----BEGIN CERTIFICATE-----
MIIBgjCCASegAwIBAgIUDI2XJi1Pd1Sb8CYeryTqT62HQEswCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKa3ViZXJuZXRlczAgFw0yNjExMjEwOTI5MTZaGA8yMTI2MTAy
ODA5MjkxNlowFTETMBEGA1UEAwwKa3ViZXJuZXRlczBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABGR+mloZ9CvuON9ykGbkoL2vGp+ArPZiCzoHi6DQVLqU98vLMr0N
qNsM4c0so9cMkCuh2lTOmkte4xwjzsOYJyGjUzBRMB0GA1UdDgQWBBRifXzsKtUO
FtEFOu60M3Wq9LZU6DAfBgNVHSMEGDAWgBRifXzsKtUOFtEFOu60M3Wq9LZU6DAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCeFbLDbc79kip/+oEX
+Np992G71Faeqyg7OD9QgfIAtgIhAPlO4FkHHdhNZD2AVD0uHsBuoHQJn5wf9/du
xUdckpzg
-----END CERTIFICATE-----
`;
