// SPDX-License-Identifier: AGPL-3.0-or-later
// Settings of the mail servers that the demo and the tests run: Exim, unpacked and not installed
// (ops/packages says why), and Dovecot, both on loopback as an unprivileged user.

// `home` holds exim4, domains (domain: Maildir), addresses (address: Maildir), mail/ADDRESS and,
// where there is TLS, server.crt and server.key.
// With `oauth` a token signs in: the name of a file in its folder. With `proves` each mail gets the word of a
// receiving server of that name that its From is true. While there is no file `addresses` nobody can say who has a
// mailbox: mail waits in the queue.
export const eximSettings = ({ home, port, password = null, tls = true, oauth = null, proves = null }) => `
exim_path = ${home}/exim4
keep_environment = LD_PRELOAD : ^NSS_WRAPPER_
add_environment = PATH=/usr/bin:/bin
deliver_drop_privilege
primary_hostname = mail.localhost
spool_directory = ${home}/spool
log_file_path = ${home}/%slog
pid_file_path = ${home}/exim.pid
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
smtp_accept_max = 200
smtp_accept_queue_per_connection = 0
never_users =
host_lookup =
dns_ipv4_lookup =
rfc1413_query_timeout = 0s
message_size_limit = 150M
smtp_enforce_sync = false
${tls ? `tls_advertise_hosts = *
tls_certificate = ${home}/server.crt
tls_privatekey = ${home}/server.key` : 'tls_advertise_hosts ='}
bounce_return_size_limit = 200K
delay_warning =
untrusted_set_sender = *
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data

begin acl
acl_rcpt:
${oauth ? '  deny !authenticated = *\n' : ''}  deny local_parts = refused
       message = 550 5.1.1 There is no such mailbox here
  defer local_parts = later
       message = 451 4.3.2 Try again later
  accept

acl_data:
${proves === null ? '' : `  warn add_header = :at_start:Authentication-Results: ${proves}; dmarc=pass \
                    header.from=\${domain:\${address:$h_from:}}
`}  accept

begin routers
full:
  driver = redirect
  local_parts = full
  allow_fail
  data = :fail: 552 5.2.2 The mailbox is full
stuck:
  driver = redirect
  local_parts = stuck
  allow_defer
  data = :defer: held by the test
whole_domain:
  driver = accept
  domains = lsearch;${home}/domains
  transport = to_domain
not_yet_known:
  driver = redirect
  condition = \${if exists{${home}/addresses}{no}{yes}}
  allow_defer
  data = :defer: nobody said yet who has a mailbox
listed:
  driver = accept
  condition = \${lookup{\${lc:$local_part@$domain}}lsearch{${home}/addresses}{yes}{no}}
  transport = to_listed
one_mailbox:
  driver = accept
  condition = \${lookup{\${lc:$local_part@$domain}}dsearch,filter=dir{${home}/mail}{yes}{no}}
  transport = to_mailbox
nobody_there:
  driver = redirect
  allow_fail
  data = :fail: 550 5.1.1 There is no such mailbox

begin transports
to_domain:
  driver = appendfile
  maildir_format
  directory = \${lookup{$domain}lsearch{${home}/domains}}
  return_path_add
  envelope_to_add
to_listed:
  driver = appendfile
  maildir_format
  directory = \${lookup{\${lc:$local_part@$domain}}lsearch{${home}/addresses}}
  return_path_add
  envelope_to_add
to_mailbox:
  driver = appendfile
  maildir_format
  directory = ${home}/mail/\${lookup{\${lc:$local_part@$domain}}dsearch,filter=dir{${home}/mail}}
  return_path_add
  envelope_to_add

begin retry
*  *  F,1h,1m

${oauth ? `begin authenticators
xoauth2:
  driver = plaintext
  public_name = XOAUTH2
  server_prompts = :
  server_condition = \${if match{\$auth1}{auth=Bearer ([a-z0-9]+)}{\${if exists{${oauth}/\$1}}}}
  server_set_id = token
` : password === null ? '' : `begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if eq{$auth3}{${password}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = User : Password
  server_condition = \${if eq{$auth2}{${password}}}
  server_set_id = $auth1
`}
`;

// `home` holds mail/USER and, where there is TLS (tlsPort), server.crt and server.key. With `oauth` (the
// mechanisms, and the file of Dovecot's settings for it) tokens sign in and passwords do not.
export const dovecotSettings = ({ home, sockets, port, tlsPort = null, ids, password, oauth = null }) => `
base_dir = ${sockets}
state_dir = ${home}
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
${tlsPort === null ? 'ssl = no' : `ssl = yes
ssl_cert = <${home}/server.crt
ssl_key = <${home}/server.key`}
disable_plaintext_auth = no
default_internal_user = ${ids.user}
default_login_user = ${ids.user}
default_internal_group = ${ids.group}
first_valid_uid = 1
mail_location = maildir:${home}/mail/%u
auth_mechanisms = ${oauth ? oauth.mechanisms : 'plain login'}
mail_max_userip_connections = 100
passdb {
  driver = ${oauth ? 'oauth2' : 'static'}
  args = ${oauth ? oauth.file : `password=${password}`}
}
userdb {
  driver = static
  args = uid=${ids.uid} gid=${ids.gid} home=${home}/mail/%u allow_all_users=yes
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort ?? 0}
    ssl = ${tlsPort === null ? 'no' : 'yes'}
  }
}
service anvil {
  chroot =${oauth ? `
  unix_listener anvil-auth-penalty {
    mode = 0
  }` : ''}
}
${oauth ? 'auth_failure_delay = 0\n' : ''}`;
