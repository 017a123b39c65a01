# For Packer 1.7 and newer, once on each machine that bakes:
#   packer init packer/plugins
# In a folder of its own because Packer 1.6, which has these plugins built in, refuses this block.
packer {
  required_plugins {
    amazon = {
      source  = "github.com/hashicorp/amazon"
      version = "= 1.8.2"
    }
    ansible = {
      source  = "github.com/hashicorp/ansible"
      version = "= 1.1.6"
    }
  }
}
