package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"flag"
	"math/big"
	"net"
	"os"
	"strings"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

const validYears = 10

type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// certified are the identities with a client certificate and a kubeconfig of their own.
var certified = []struct{ file, name, group string }{
	{"admin", "admin", "system:masters"},
	{"controller-manager", "system:kube-controller-manager", ""},
	{"scheduler", "system:kube-scheduler", ""},
	{"kwok", "system:kwok", "system:masters"},
}

// writeCredentials makes the certificates, the service account key, tokens.csv and one kubeconfig per
// identity, and returns the users' tokens. A folder that has them keeps them, so that a restarted control
// plane knows its old users; only the kubeconfigs are written again, for the port.
func (p *plane) writeCredentials(users []string) map[string]string {
	if _, err := os.Stat(p.path("sa.key")); err != nil {
		ca := p.newCA("ca")
		p.issue(ca, "apiserver", "kube-apiserver", "")
		p.issue(ca, "kubelet", "kubelet", "")
		p.issue(ca, "kubelet-client", "kube-apiserver-kubelet-client", "system:masters")
		for _, c := range certified {
			p.issue(ca, c.file, c.name, c.group)
		}
		p.writeTokens(users)
		p.writeKey("sa", newKey()) // last: its presence says that all the others are there
	}
	var err error
	p.ca, err = os.ReadFile(p.path("ca.crt"))
	must(err)
	for _, c := range certified {
		cert, err := os.ReadFile(p.path(c.file + ".crt"))
		must(err)
		key, err := os.ReadFile(p.path(c.file + ".key"))
		must(err)
		p.writeKubeconfig(c.file, &clientcmdapi.AuthInfo{ClientCertificateData: cert, ClientKeyData: key})
	}
	tokens := p.readTokens()
	for name, token := range tokens {
		p.writeKubeconfig(name, &clientcmdapi.AuthInfo{Token: token})
	}
	return tokens
}

// writeTokens gives each NAME or NAME:GROUP,GROUP a token, in the API server's own format.
func (p *plane) writeTokens(users []string) {
	f, err := os.OpenFile(p.path("tokens.csv"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	must(err)
	defer f.Close()
	w := csv.NewWriter(f)
	for _, u := range users {
		name, groups, _ := strings.Cut(u, ":")
		must(w.Write([]string{randomToken(), name, "uid-" + name, groups}))
	}
	w.Flush()
	must(w.Error())
}

func (p *plane) readTokens() map[string]string {
	f, err := os.Open(p.path("tokens.csv"))
	must(err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	must(err)
	tokens := map[string]string{}
	for _, row := range rows {
		tokens[row[1]] = row[0]
	}
	return tokens
}

func randomToken() string {
	b := make([]byte, 16)
	_, err := rand.Read(b)
	must(err)
	return hex.EncodeToString(b)
}

func (p *plane) writeKubeconfig(file string, user *clientcmdapi.AuthInfo) {
	cfg := clientcmdapi.NewConfig()
	cfg.Clusters[p.name] = &clientcmdapi.Cluster{Server: p.url, CertificateAuthorityData: p.ca}
	cfg.AuthInfos[file] = user
	cfg.Contexts[p.name] = &clientcmdapi.Context{Cluster: p.name, AuthInfo: file, Namespace: p.namespace}
	cfg.CurrentContext = p.name
	must(clientcmd.WriteToFile(*cfg, p.path(file+".kubeconfig")))
}

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	return key
}

func (p *plane) newCA(name string) *authority {
	key := newKey()
	t := template(name, "")
	t.IsCA, t.BasicConstraintsValid = true, true
	t.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	must(err)
	cert, err := x509.ParseCertificate(der)
	must(err)
	p.writePEM(name+".crt", "CERTIFICATE", der)
	p.writeKey(name, key)
	return &authority{cert, key}
}

func (p *plane) issue(ca *authority, file, name, group string) {
	key := newKey()
	t := template(name, group)
	t.KeyUsage = x509.KeyUsageDigitalSignature
	t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	t.IPAddresses = []net.IP{net.ParseIP(host), net.ParseIP("10.96.0.1")}
	t.DNSNames = []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"}
	der, err := x509.CreateCertificate(rand.Reader, t, ca.cert, key.Public(), ca.key)
	must(err)
	p.writePEM(file+".crt", "CERTIFICATE", der)
	p.writeKey(file, key)
}

// certificate prints, as JSON, what a TLS Secret holds: a self-signed certificate that ends in so many hours,
// and has been good for 90 days by then. For tests of what expires.
func certificate() {
	name := flag.String("name", "shop.example", "the host it is for")
	hours := flag.Int("hours", 24, "when it ends")
	_ = flag.CommandLine.Parse(os.Args[1:])
	key := newKey()
	t := template(*name, "")
	t.DNSNames = []string{*name}
	t.NotAfter = time.Now().Add(time.Duration(*hours) * time.Hour)
	t.NotBefore = t.NotAfter.AddDate(0, 0, -90)
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	must(err)
	private, err := x509.MarshalECPrivateKey(key)
	must(err)
	text := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	must(json.NewEncoder(os.Stdout).Encode(map[string]string{
		"tls.crt": text("CERTIFICATE", der), "tls.key": text("EC PRIVATE KEY", private)}))
}

func template(name, group string) *x509.Certificate {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	must(err)
	subject := pkix.Name{CommonName: name}
	if group != "" {
		subject.Organization = []string{group}
	}
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      subject,
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().AddDate(validYears, 0, 0),
	}
}

func (p *plane) writeKey(file string, key *ecdsa.PrivateKey) {
	der, err := x509.MarshalECPrivateKey(key)
	must(err)
	p.writePEM(file+".key", "EC PRIVATE KEY", der)
}

func (p *plane) writePEM(file, kind string, der []byte) {
	must(os.WriteFile(p.path(file), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
}
