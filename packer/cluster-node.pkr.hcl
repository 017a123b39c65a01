# The machine image of a cluster node: a Debian (or Ubuntu) image, converged by ansible/swarm_node.yml.
#
# Packer 1.6, which Debian carries, has every plugin built in; newer releases want them installed once:
#   packer init packer/plugins
#   packer build -var source_ami=… -var ami_name=… -var region=… packer/cluster-node.pkr.hcl

variable "source_ami" {
  type        = string
  description = "The image to start from, by id: the most recent of a name is no input that can be repeated."
}

variable "ami_name" {
  type        = string
  description = "Name of the image to be made; it holds the source hash, and EC2 keeps it unique."
}

variable "region" {
  type = string
}

variable "description" {
  type    = string
  default = "Docker Swarm node"
}

variable "instance_type" {
  type    = string
  default = "t3.medium"
}

variable "ssh_username" {
  type        = string
  default     = "admin"
  description = "Debian's images know `admin`, Ubuntu's `ubuntu`."
}

variable "root_device" {
  type        = string
  default     = "/dev/xvda"
  description = "The root device as the source image names it; /dev/sda1 in Ubuntu's images."
}

variable "root_volume_size" {
  type    = number
  default = 10
}

variable "subnet_id" {
  type        = string
  default     = ""
  description = "Where to bake; empty is the default subnet."
}

variable "associate_public_ip_address" {
  type    = bool
  default = true
}

variable "ssh_source_cidrs" {
  type        = list(string)
  default     = ["0.0.0.0/0"]
  description = "Who may reach the machine while it is baked. Its only login is a key made for this run."
}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of the image and its snapshots. EC2 sets them last: they cannot say that it is complete."
}

variable "run_tags" {
  type        = map(string)
  default     = {}
  description = "Tags of what lives only during the run, by which a killed run's leftovers are found."
}

variable "extra_variables" {
  type        = map(string)
  default     = {}
  description = "Variables of the role, for example swarm_node_docker_source."
}

# Made by `millrace apply` for one run, with its tags, and removed after it; empty where Packer is to make its own.
# Packer 1.6 tags neither of its own, and its RSA key is refused by the sshd of Debian 12.

variable "ssh_keypair_name" {
  type    = string
  default = ""
}

variable "ssh_private_key_file" {
  type    = string
  default = ""
}

variable "security_group_id" {
  type    = string
  default = ""
}

# For a stand-in of AWS; empty or false against the real one.

variable "custom_endpoint_ec2" {
  type    = string
  default = ""
}

variable "skip_metadata_api_check" {
  type    = bool
  default = false
}

variable "skip_credential_validation" {
  type    = bool
  default = false
}

variable "ssh_host" {
  type    = string
  default = ""
}

variable "ssh_port" {
  type    = number
  default = 22
}

locals {
  ansible      = "${path.root}/../ansible"
  ansible_home = "/opt/millrace-bake"
}

source "amazon-ebs" "cluster_node" {
  region                      = var.region
  source_ami                  = var.source_ami
  instance_type               = var.instance_type
  ami_name                    = var.ami_name
  ami_description             = var.description
  subnet_id                   = var.subnet_id
  associate_public_ip_address = var.associate_public_ip_address

  security_group_id                     = var.security_group_id
  temporary_security_group_source_cidrs = var.ssh_source_cidrs

  ssh_username         = var.ssh_username
  ssh_host             = var.ssh_host
  ssh_port             = var.ssh_port
  ssh_keypair_name     = var.ssh_keypair_name
  ssh_private_key_file = var.ssh_private_key_file
  ssh_timeout          = "10m"
  # The run's own key must not open the machines that start from the image.
  ssh_clear_authorized_keys = true
  temporary_key_pair_name   = var.ssh_keypair_name # by which it is found and cleared

  custom_endpoint_ec2        = var.custom_endpoint_ec2
  skip_metadata_api_check    = var.skip_metadata_api_check
  skip_credential_validation = var.skip_credential_validation

  # No instance profile, so there are no credentials for the metadata service to give away during the bake.
  # Session tokens (IMDSv2) are demanded of the nodes by ansible/deploy.yml: Packer 1.6 cannot say it here.
  # Encrypted from the start; `encrypt_boot` would make an unencrypted image first and copy it.
  launch_block_device_mappings {
    device_name           = var.root_device
    volume_type           = "gp2"
    volume_size           = var.root_volume_size
    encrypted             = true
    delete_on_termination = true
  }

  # Copying a snapshot can take longer than the ten minutes Packer would wait.
  aws_polling {
    delay_seconds = 10
    max_attempts  = 180
  }

  tags            = merge({ Name = var.ami_name }, var.tags)
  snapshot_tags   = merge({ Name = var.ami_name }, var.tags)
  run_tags        = merge({ Name = "bake-${var.ami_name}" }, var.run_tags)
  run_volume_tags = merge({ Name = "bake-${var.ami_name}" }, var.run_tags)
}

build {
  sources = ["source.amazon-ebs.cluster_node"]

  provisioner "file" {
    source      = "${local.ansible}/requirements.txt"
    destination = "/tmp/requirements.txt"
  }

  # Ansible in a folder of its own, every package at its version and checksum; removed again below.
  # A machine that has that very list installed already is left as it is.
  provisioner "shell" {
    execute_command = "sudo -E env {{ .Vars }} sh -eu {{ .Path }}"
    # Packer quotes these, so a value stays a value whatever is in it.
    environment_vars = [
      "ANSIBLE_HOME_DIR=${local.ansible_home}",
      "ROLE_VARIABLES=${jsonencode(merge({ swarm_node_docker_users = [var.ssh_username] }, var.extra_variables))}",
      "DEBIAN_FRONTEND=noninteractive",
    ]
    inline_shebang = "/bin/sh -eu"
    inline = [
      "printf '%s' \"$ROLE_VARIABLES\" >/tmp/role-variables.json",
      "if command -v cloud-init >/dev/null; then cloud-init status --wait >/dev/null || true; fi",
      "if cmp -s /tmp/requirements.txt \"$ANSIBLE_HOME_DIR/requirements.txt\"; then exit 0; fi",
      "apt-get -q update",
      "apt-get -qy install --no-install-recommends python3-venv python3-apt",
      "python3 -m venv \"$ANSIBLE_HOME_DIR\"",
      "\"$ANSIBLE_HOME_DIR/bin/pip\" -q --disable-pip-version-check --no-cache-dir install --require-hashes --only-binary :all: -r /tmp/requirements.txt",
      "cp /tmp/requirements.txt \"$ANSIBLE_HOME_DIR/requirements.txt\"",
    ]
  }

  provisioner "ansible-local" {
    command       = "ANSIBLE_NOCOLOR=1 PYTHONUNBUFFERED=1 ${local.ansible_home}/bin/ansible-playbook"
    playbook_file = "${local.ansible}/swarm_node.yml"
    role_paths    = ["${local.ansible}/roles/swarm_node"]
    # The interpreter of the system, not of Ansible's own folder: the apt module needs python3-apt.
    extra_arguments = [
      "-e", "ansible_python_interpreter=/usr/bin/python3",
      "-e", "@/tmp/role-variables.json",
    ]
    clean_staging_directory = true
  }

  # What must not be in every machine that starts from the image: the tools of the bake, package lists, logs, and whoever
  # this machine was: its ids, its host keys, its users' keys. cloud-init gives each machine its own at its first start
  # (swarm-node-host-keys.service makes host keys where there is no cloud-init). Without host keys nobody gets in any
  # more, so they go last; the connection that runs this stays.
  provisioner "shell" {
    execute_command = "sudo -E env {{ .Vars }} sh -eu {{ .Path }}"
    environment_vars = [
      "ANSIBLE_HOME_DIR=${local.ansible_home}",
    ]
    inline_shebang = "/bin/sh -eu"
    inline = [
      "rm -rf \"$ANSIBLE_HOME_DIR\" /tmp/requirements.txt /tmp/role-variables.json /tmp/packer-provisioner-ansible-local /root/.ansible /home/*/.ansible",
      "apt-get -q clean",
      "rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin",
      # An engine that was started makes an id of its own, once.
      "rm -f /etc/docker/key.json /var/lib/docker/engine-id",
      "if command -v cloud-init >/dev/null; then cloud-init clean --logs; fi",
      "if command -v journalctl >/dev/null; then journalctl --quiet --rotate --vacuum-time=1s || true; fi",
      "rm -rf /var/log/journal/* && find /var/log -type f -exec truncate --size 0 {} +",
      "rm -f /root/.bash_history /home/*/.bash_history /var/lib/systemd/random-seed /var/lib/dbus/machine-id",
      "if [ -f /etc/machine-id ]; then : >/etc/machine-id; fi",
      "for keys in /root/.ssh/authorized_keys /home/*/.ssh/authorized_keys; do if [ -f \"$keys\" ]; then : >\"$keys\"; fi; done",
      "rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub",
      "sync",
    ]
  }
}
